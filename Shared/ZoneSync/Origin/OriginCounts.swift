// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import Synchronization

/// Hands the counts that one consumer reports to the source: all that wait together, one call at a time.
final class OriginCounts: Sendable {
    /// How long to wait after the source could not keep them.
    private static let pause = Duration.seconds(1)

    /// Bounded by what a consumer may have open (``CountReport/window``).
    private let waiting = Mutex<[CountReport]>([])
    private let signal = Signal()
    private let source: any OriginSource

    init(source: any OriginSource) {
        self.source = source
    }

    func add(_ report: CountReport) {
        waiting.withLock { $0.append(report) }
        signal.notify()
    }

    /// Waits for reports, and returns what is kept when the source has them; it is asked until it does.
    func keep(from reporter: OriginReporter, _ logger: Logger) async throws -> [CountMark] {
        while true {
            let reports = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            guard let node = reporter.node, !reports.isEmpty else {
                try await signal.wait()
                continue
            }
            while true {
                do {
                    try await source.record(reports, by: node)
                    break
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    logger.debug("cannot keep a consumer's counts", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: Self.pause)
            }
            var marks: [String: UInt64] = [:]
            for report in reports { marks[report.run] = max(marks[report.run] ?? 0, report.sequence) }
            return marks.map { CountMark(run: $0.key, sequence: $0.value) }
        }
    }
}
