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
                    try await record(reports, from: node)
                    break
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    logger.debug("cannot keep a consumer's counts", metadata: ["error": "\(error)"])
                }
                try await Task.sleep(for: Self.pause)
            }
            var marks: [CountMark] = []
            for mark in reports.map({ CountMark($0) }) {
                marks.removeAll { mark.covers($0) }
                if !marks.contains(where: { $0.covers(mark) }) { marks.append(mark) }
            }
            return marks
        }
    }

    /// Hands on the consumer's own reports, and those of the nodes behind it as theirs.
    private func record(_ reports: [CountReport], from node: OriginNode) async throws {
        var start = reports.startIndex
        while start < reports.endIndex {
            let counted = reports[start].node
            let end = reports[start...].firstIndex { $0.node != counted } ?? reports.endIndex
            var owner = node
            if let counted {
                owner = OriginNode(name: counted, role: "responder", software: "")
                owner.via = node.name
            }
            try await source.record(Array(reports[start..<end]), by: owner)
            start = end
        }
    }
}
