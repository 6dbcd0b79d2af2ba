// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Logging
import Runtime

/// Runs one claimed job and says what became of it.
final class JobExecutor: Sendable {
    private let handlers: [String: JobHandler]
    private let held: HeldJobs
    private let completer: JobCompleter
    private let notifier: JobNotifier
    private let sealer: JobSealer?
    private let metrics: JobMetrics
    private let logger: Logger

    /// - Parameter sealer: opens secret arguments.
    init(
        handlers: [JobHandler],
        held: HeldJobs,
        completer: JobCompleter,
        notifier: JobNotifier,
        sealer: JobSealer?,
        metrics: JobMetrics,
        logger: Logger
    ) {
        self.handlers = Dictionary(handlers.map { ($0.kind.name, $0) }) { _, last in last }
        self.notifier = notifier
        self.sealer = sealer
        self.held = held
        self.completer = completer
        self.metrics = metrics
        self.logger = logger
    }

    /// The kinds this worker runs at the moment: a switch may be thrown between two claims.
    var kinds: [JobKind] {
        handlers.values.filter { $0.isWanted() }.map(\.kind).sorted { $0.name < $1.name }
    }

    private static let cancelled = "cancelled by the operator"
    private static let tooLate = "its deadline has passed"

    /// Enters a claim into the held ones, before its task begins.
    func hold(_ job: ClaimedJob) -> JobInterrupt {
        let interrupt = JobInterrupt()
        held.insert(
            job.lease,
            interrupt: interrupt,
            limit: handlers[job.kind]?.timeLimit ?? .seconds(60),
            remaining: job.remaining
        )
        return interrupt
    }

    func run(_ job: ClaimedJob, interrupt: JobInterrupt) async {
        guard let handler = handlers[job.kind] else {
            completer.add(job, .release(after: .seconds(10)))
            return
        }
        if let resolution = unwanted(job) {
            end(job, resolution, duration: .zero)
            return
        }
        metrics.started(job)
        let start = ContinuousClock.now
        // The interrupt cancels it: the time limit, a lost lease, or the end of draining.
        let task = Task { [notifier, sealer] in
            let (result, enqueued) = try await JobEnqueue.noticing { await Self.attempt(job, handler, sealer) }
            if enqueued { notifier.enqueued() }
            return try result.get()
        }
        interrupt.attach { task.cancel() }
        var failure: (any Error)?
        if case .failure(let error) = await task.result { failure = error }
        let resolution = resolve(job, handler, failure: failure, reason: interrupt.reason)
        end(job, resolution, duration: ContinuousClock.now - start)
    }

    private static func attempt(_ job: ClaimedJob, _ handler: JobHandler, _ sealer: JobSealer?) async -> Result<
        Void, any Error
    > {
        do {
            return .success(try await handler.run(try job.opened(by: sealer)))
        } catch {
            return .failure(error)
        }
    }

    /// What becomes of a job that is not to be run any more.
    private func unwanted(_ job: ClaimedJob) -> JobResolution? {
        if job.isCancelled { return .cancel(reason: Self.cancelled) }
        if let remaining = job.remaining, remaining <= .zero { return .discard(error: Self.tooLate) }
        return nil
    }

    private func end(_ job: ClaimedJob, _ resolution: JobResolution?, duration: Duration) {
        metrics.ended(job, resolution, duration: duration)
        log(job, resolution)
        if let resolution { completer.add(job, resolution) }
    }

    /// - Returns: `nil` for a job that is someone else's by now.
    private func resolve(
        _ job: ClaimedJob,
        _ handler: JobHandler,
        failure: (any Error)?,
        reason: JobInterrupt.Reason?
    ) -> JobResolution? {
        var failure = failure
        if failure != nil {
            switch reason {
            case .leaseLost: return nil
            case .draining: return .release(after: .zero)
            case .cancelled: return .cancel(reason: Self.cancelled)
            case .deadline: return .discard(error: Self.tooLate)
            case .timeLimit(let limit): failure = JobFailure.retry("took longer than \(limit.inSeconds) s")
            case nil: break
            }
        }
        var random = SystemRandomNumberGenerator()
        return JobResolution(
            error: failure,
            attempt: job.attempt,
            maximumAttempts: job.maximumAttempts,
            backoff: handler.backoff,
            using: &random
        )
    }

    private func log(_ job: ClaimedJob, _ resolution: JobResolution?) {
        let level: Logger.Level
        let text: String
        switch resolution {
        case .complete?: return
        case .retry(_, let error)?: (level, text) = (.info, error)
        case .discard(let error)?: (level, text) = (.error, error)
        case .cancel(let reason)?: (level, text) = (.info, reason)
        case .release?: (level, text) = (.info, "given back")
        case nil: (level, text) = (.warning, "lease lost")
        }
        logger.log(
            level: level,
            "job not completed",
            metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "attempt": "\(job.attempt)", "reason": "\(text)"]
        )
    }
}
