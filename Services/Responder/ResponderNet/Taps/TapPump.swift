// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOPosix
import ResponderEngine
import ServiceLifecycle
import Synchronization

/// Empties the responders' taps and hands what was in them to all who asked for it.
///
/// While nobody asks the taps are closed, and the responders do nothing for them.
final class TapPump: Service, Sendable {
    /// Names a consumer, to remove it by.
    struct Ticket: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct State {
        var consumers: [Ticket: any TapConsumer] = [:]
        var last = 0
    }

    /// How long the taps fill before they are emptied: a ring holds some thousand queries.
    private static let interval = Duration.milliseconds(5)
    /// Queries taken from one tap before the others have their turn.
    private static let turn = 4096

    private let taps: QueryTaps
    private let state = Mutex(State())

    /// A pump of the taps of one configuration's responders.
    init(taps: QueryTaps) {
        self.taps = taps
    }

    /// Hands all queries to `consumer` from now on.
    func add(_ consumer: any TapConsumer) -> Ticket {
        let ticket = state.withLock { state in
            state.last += 1
            let ticket = Ticket(number: state.last)
            state.consumers[ticket] = consumer
            return ticket
        }
        taps.open()
        return ticket
    }

    /// Hands nothing more to a consumer.
    func remove(_ ticket: Ticket) {
        let isLast = state.withLock { state in
            state.consumers[ticket] = nil
            return state.consumers.isEmpty
        }
        if isLast { taps.close() }
    }

    /// Queries that no consumer saw since the taps were full.
    var dropped: Int { taps.dropped }

    /// Empties the taps until shutdown.
    func run() async throws {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        defer { thread.shutdownGracefully { _ in } }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let isMore = try? await thread.runIfActive { self.empty() }
                if isMore != true { try? await Task.sleep(for: Self.interval) }
            }
        }
        _ = try? await thread.runIfActive { self.empty() }
        taps.close()
    }

    /// Takes what is in the taps: whether there may be more.
    private func empty() -> Bool {
        let consumers = state.withLock { Array($0.consumers.values) }
        guard !consumers.isEmpty else { return false }
        var isMore = false
        for tap in taps.all {
            let taken = unsafe tap.take(limit: Self.turn) { entry, query, response in
                let tapped = unsafe TappedQuery(entry: entry, query: query, response: response)
                for consumer in consumers { consumer.take(tapped) }
            }
            if taken == Self.turn { isMore = true }
        }
        for consumer in consumers { consumer.flush() }
        return isMore
    }
}
