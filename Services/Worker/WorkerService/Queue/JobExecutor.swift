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
    private let metrics: JobMetrics
    private let logger: Logger

    init(handlers: [JobHandler], held: HeldJobs, completer: JobCompleter, metrics: JobMetrics, logger: Logger) {
        self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { _, last in last }
        self.held = held
        self.completer = completer
        self.metrics = metrics
        self.logger = logger
    }

    /// The kinds this worker runs at the moment.
    var kinds: [String] { handlers.values.filter { $0.isWanted() }.map(\.kind).sorted() }

    /// Enters a claim into the held ones, before its task begins.
    func hold(_ job: ClaimedJob) -> JobInterrupt {
        let interrupt = JobInterrupt()
        held.insert(job.lease, interrupt: interrupt, limit: handlers[job.kind]?.timeLimit ?? .seconds(60))
        return interrupt
    }

    func run(_ job: ClaimedJob, interrupt: JobInterrupt) async {
        guard let handler = handlers[job.kind] else {
            completer.add(FinishedJob(lease: job.lease, resolution: .release(after: .seconds(10))))
            return
        }
        metrics.started(job)
        let start = ContinuousClock.now
        // The interrupt cancels it: the time limit, a lost lease, or the end of draining.
        let task = Task { try await handler.run(job) }
        interrupt.attach { task.cancel() }
        var failure: (any Error)?
        if case .failure(let error) = await task.result { failure = error }
        let resolution = resolve(job, handler, failure: failure, reason: interrupt.reason)
        metrics.ended(job, resolution, duration: ContinuousClock.now - start)
        log(job, resolution)
        if let resolution { completer.add(FinishedJob(lease: job.lease, resolution: resolution)) }
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
