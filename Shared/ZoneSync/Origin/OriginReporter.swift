// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Hands what one consumer does to the source, one call at a time; acknowledgements waiting become one.
final class OriginReporter: Sendable {
    /// Events that may wait; refusals beyond it are dropped, they come again with the zone's next change.
    private static let bound = 1_024

    private let waiting = Mutex<[OriginNodeEvent]>([])
    private let admitted = Mutex<OriginNode?>(nil)
    private let signal = Signal()
    private let source: any OriginSource

    init(source: any OriginSource) {
        self.source = source
    }

    func add(_ event: OriginNodeEvent) {
        waiting.withLock { waiting in
            if case .acknowledged = event, case .acknowledged? = waiting.last { waiting.removeLast() }
            if waiting.count < Self.bound { waiting.append(event) }
        }
        signal.notify()
    }

    /// The consumer, once it has introduced itself: nothing is reported before.
    var node: OriginNode? { admitted.withLock { $0 } }

    func admit(_ node: OriginNode) {
        admitted.withLock { $0 = node }
        signal.notify()
    }

    /// Reports until cancelled.
    func run() async throws {
        while true {
            try await signal.wait()
            await report()
        }
    }

    /// Reports everything that waits.
    func report() async {
        guard let node else { return }
        let events = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for event in events { await source.nodeReported(event, by: node) }
    }
}
