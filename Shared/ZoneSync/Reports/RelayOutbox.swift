// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// What a relay has to tell its origin of the nodes behind it: how they stand, which zones they refuse, and the queries
/// that they counted.
///
/// Positions are coalesced to the newest, and told at most every 50 ms. A new connection hears of all nodes again. Counts
/// stay with the nodes until the origin has kept them: nothing of them is acknowledged here.
package final class RelayOutbox: Sendable {
    /// How long news gather.
    package static let interval = Duration.milliseconds(50)
    /// How often a connected node is told of although nothing is new.
    static let heartbeat = Duration.seconds(10)
    /// How long what was told is kept for the next connection: this one may end before the origin has made it durable.
    static let memory = Duration.seconds(30)
    /// Refusals that wait, at most; those beyond come again with the zone's next change.
    static let maximumRefusals = 10_000

    private struct Refusal {
        var message: ClientMessage
        var isSent = false
        var at: ContinuousClock.Instant
    }

    private struct Entry {
        var news: NodeNews
        /// It began a snapshot: the origin has to hear of that also when it is over.
        var begins = false
        var isDirty = true
        var refusals: [Refusal] = []
        var changed: ContinuousClock.Instant
    }

    private struct Waiting {
        let id: UInt64
        /// Those that are not kept yet, in their order.
        var reports: [CountReport]
        var sent = 0
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var refusals = 0
        var waiting: [Waiting] = []
        var cancelled: Set<UInt64> = []
        var nextWaiting: UInt64 = 0
        var connection = 0
        var taken: ContinuousClock.Instant?
        var beaten = ContinuousClock.now
    }

    private let state = Mutex(State())

    /// An outbox that knows of no node.
    package init() {}

    /// Takes what a node did.
    package func take(_ event: OriginNodeEvent, from node: OriginNode) {
        state.withLock { state in
            let now = ContinuousClock.now
            var entry =
                state.entries[node.name]
                ?? Entry(news: NodeNews(node: node, epoch: "-", position: 0, isConnected: false), changed: now)
            // A relay that a node has left may not have noticed yet.
            if case .acknowledged = event, entry.news.isConnected, entry.news.node.via != node.via { return }
            switch event {
            case .connected(let epoch, let position), .acknowledged(let epoch, let position):
                if case .connected(_, 0) = event {
                    // What it refused before it is asked about anew.
                    entry.begins = true
                    state.refusals -= entry.refusals.count
                    entry.refusals = []
                }
                entry.news = NodeNews(node: node, epoch: epoch, position: position, isConnected: true)
            case .disconnected:
                // It may be with another relay, or at another place of this one, by now.
                guard entry.news.node.via == node.via, entry.news.isConnected else { return }
                entry.news.isConnected = false
            case .refused(let position, let zone, let code, let reason):
                guard state.refusals < Self.maximumRefusals else { return }
                let error = ProtocolError(ProtocolError.Code(rawValue: code) ?? .invalidZone, reason)
                state.refusals += 1
                entry.refusals.append(
                    Refusal(
                        message: .nodeRefused(name: node.name, position: position, zone: zone, error),
                        at: now
                    )
                )
            }
            entry.isDirty = true
            entry.changed = now
            state.entries[node.name] = entry
        }
    }

    /// Returns when the origin has kept these reports of a node, in whatever number of connections that takes.
    package func record(_ reports: [CountReport], by node: OriginNode) async throws {
        guard !reports.isEmpty else { return }
        let marked = reports.map { report in
            var report = report
            report.node = node.name
            return report
        }
        let id = state.withLock { state in
            state.nextWaiting += 1
            return state.nextWaiting
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.waiting.append(Waiting(id: id, reports: marked, continuation: continuation))
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let continuation = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: index).continuation
            }
            continuation?.resume(throwing: CancellationError())
        }
        state.withLock { state in _ = state.cancelled.remove(id) }
    }

    /// The origin has kept these reports.
    package func acknowledge(_ mark: CountMark) {
        let done = state.withLock { state in
            for index in state.waiting.indices {
                // What was not sent cannot be meant.
                let sent = state.waiting[index].reports.prefix(state.waiting[index].sent)
                let open = sent.filter { !mark.covers(CountMark($0)) }
                state.waiting[index].reports.replaceSubrange(..<state.waiting[index].sent, with: open)
                state.waiting[index].sent = open.count
            }
            defer { state.waiting.removeAll { $0.reports.isEmpty } }
            return state.waiting.filter { $0.reports.isEmpty }.map(\.continuation)
        }
        for continuation in done { continuation.resume() }
    }

    /// Whether there is something to tell.
    package var hasNews: Bool {
        state.withLock { state in
            state.entries.values.contains(where: \.isDirty) || state.waiting.contains { $0.sent < $0.reports.count }
                || ContinuousClock.now - state.beaten >= Self.heartbeat
        }
    }

    /// Nodes behind the relay that are connected now.
    package var connectedCount: Int { state.withLock { $0.entries.values.filter(\.news.isConnected).count } }

    /// Begins a connection, which has heard of nothing: a number for ``take(_:counts:)``. The one before is over.
    func connect() -> Int {
        state.withLock { state in
            state.connection += 1
            state.taken = nil
            for name in state.entries.keys {
                state.entries[name]?.isDirty = true
                for index in state.entries[name]?.refusals.indices ?? 0..<0 {
                    state.entries[name]?.refusals[index].isSent = false
                }
            }
            for index in state.waiting.indices { state.waiting[index].sent = 0 }
            return state.connection
        }
    }

    /// What is to be sent now on a connection; `counts` when the origin keeps counts.
    func take(_ connection: Int, counts: Bool) -> [ClientMessage] {
        state.withLock { state in
            guard connection == state.connection else { return [] }
            let now = ContinuousClock.now
            var messages = counts ? Self.takeReports(&state) : []
            if let taken = state.taken, now - taken < Self.interval { return messages }
            state.taken = now
            if now - state.beaten >= Self.heartbeat {
                state.beaten = now
                Self.beat(&state, now)
            }
            for (name, entry) in state.entries where entry.isDirty {
                messages += Self.messages(entry)
                state.entries[name]?.isDirty = false
                state.entries[name]?.begins = false
                for index in entry.refusals.indices { state.entries[name]?.refusals[index].isSent = true }
            }
            return messages
        }
    }

    /// A refusal comes behind the beginning of a snapshot, which ends all earlier ones, and in front of the position.
    private static func messages(_ entry: Entry) -> [ClientMessage] {
        var messages: [ClientMessage] = []
        let refusals = entry.refusals.filter { !$0.isSent }
        if entry.begins {
            var news = entry.news
            (news.isConnected, news.position) = (true, 0)
            messages.append(.node(news))
        }
        messages += refusals.map(\.message)
        if !entry.begins || !entry.news.isConnected || entry.news.position > 0 { messages.append(.node(entry.news)) }
        return messages
    }

    /// Has all connected nodes told of again, and forgets those that have gone, and refusals that are long told.
    private static func beat(_ state: inout State, _ now: ContinuousClock.Instant) {
        for (name, entry) in state.entries {
            let rest = entry.refusals.filter { !$0.isSent || now - $0.at < memory }
            state.refusals -= entry.refusals.count - rest.count
            state.entries[name]?.refusals = rest
            if entry.news.isConnected {
                state.entries[name]?.isDirty = true
            } else if !entry.isDirty, now - entry.changed >= memory {
                state.refusals -= rest.count
                state.entries[name] = nil
            }
        }
    }

    /// The next reports, as many as may be open at once.
    private static func takeReports(_ state: inout State) -> [ClientMessage] {
        var open = state.waiting.reduce(0) { $0 + $1.sent }
        var messages: [ClientMessage] = []
        for index in state.waiting.indices {
            while open < CountReport.window, state.waiting[index].sent < state.waiting[index].reports.count {
                let report = state.waiting[index].reports[state.waiting[index].sent]
                messages += [.behalf(node: report.node ?? ""), .count(report)]
                state.waiting[index].sent += 1
                open += 1
            }
        }
        return messages
    }
}
