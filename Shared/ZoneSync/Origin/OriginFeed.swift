// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import NIOCore
import Synchronization

/// Reads the source's newest entries once for all consumers, and keeps a bounded run of them.
final class OriginFeed: Sendable {
    /// The bounds of the run kept.
    private static let maximumEntries = 65_536
    private static let maximumOctets = 32 * 1_024 * 1_024
    /// Entries read from the source at once.
    static let page = 512

    private struct State {
        var head: OriginHead?
        var entries: CircularBuffer<OriginEntry> = []
        var octets = 0
        var tickIsDue = true
        var subscribers: [UInt64: Signal]
    }

    private let state = Mutex(State(subscribers: [:]))
    private let signal = Signal()
    private let source: any OriginSource
    private let logger: Logger
    /// Called when the source's epoch is another than before: the consumers' positions mean nothing any more.
    private let epochChanged: @Sendable () -> Void

    init(source: any OriginSource, logger: Logger, epochChanged: @escaping @Sendable () -> Void) {
        self.source = source
        self.logger = logger
        self.epochChanged = epochChanged
    }

    /// The newest position known.
    var head: UInt64 { state.withLock { $0.head?.head ?? 0 } }

    /// There are new entries to read.
    func wake() {
        signal.notify()
    }

    /// Time to look at the source's head, whether or not somebody called ``wake()``.
    func tick() {
        state.withLock { $0.tickIsDue = true }
        signal.notify()
    }

    /// `signal` is notified at each tick and when the head has moved, until ``unsubscribe(_:)``.
    func subscribe(_ id: UInt64, _ signal: Signal) {
        state.withLock { $0.subscribers[id] = signal }
    }

    func unsubscribe(_ id: UInt64) {
        state.withLock { $0.subscribers[id] = nil }
    }

    /// A head that a connection has just read: newer than the feed's, perhaps.
    func note(_ head: OriginHead) {
        let isNew = state.withLock { state in
            guard let known = state.head else { return true }
            return known.epoch != head.epoch || known.head < head.head
        }
        if isNew { tick() }
    }

    /// The kept entries after `position`, at most a page; nil when they are not kept (or there are none yet).
    func entries(after position: UInt64) -> [OriginEntry]? {
        state.withLock { state in
            guard let first = state.entries.first?.position, position + 1 >= first,
                let offset = Int(exactly: position + 1 - first), offset < state.entries.count
            else { return nil }
            let start = state.entries.index(state.entries.startIndex, offsetBy: offset)
            return Array(state.entries[start...].prefix(Self.page))
        }
    }

    /// Reads until cancelled.
    func run() async {
        var isFailing = false
        while (try? await signal.wait()) != nil {
            do {
                try await refresh()
                if isFailing { logger.notice("the stream's source can be read again") }
                isFailing = false
            } catch is CancellationError {
                return
            } catch OriginSourceError.belowFloor {
                // Away for longer than entries are kept: go on at the head, and leave the gap to the snapshots.
                state.withLock { $0 = State(subscribers: $0.subscribers) }
                signal.notify()
            } catch {
                // A database that is away for an hour is worth one line, not one a second.
                logger.log(
                    level: isFailing ? .debug : .warning,
                    "cannot read the stream's source",
                    metadata: ["error": "\(error)"]
                )
                isFailing = true
                notifyAll()
            }
        }
    }

    private func refresh() async throws {
        let isDue = state.withLock { state in
            defer { state.tickIsDue = false }
            return state.tickIsDue || state.head == nil
        }
        if isDue {
            take(try await source.head())
        }
        while true {
            let position = state.withLock { $0.entries.last?.position ?? $0.head?.head ?? 0 }
            let entries = try await source.entries(after: position, limit: Self.page)
            guard !entries.isEmpty else { break }
            for (offset, entry) in entries.enumerated()
            where entry.position != position + UInt64(offset) + 1 {
                logger.error(
                    "the source gave positions that are not dense",
                    metadata: ["after": "\(position)", "position": "\(entry.position)"]
                )
                return
            }
            append(entries)
            notifyAll()
        }
        if isDue { notifyAll() }
    }

    /// Takes a head that was read. The entries up to it are not kept: only those that come from now on.
    private func take(_ head: OriginHead) {
        let isOtherEpoch = state.withLock { state in
            guard let known = state.head else {
                state.head = head
                return false
            }
            guard known.epoch == head.epoch else {
                state.head = head
                state.entries.removeAll()
                state.octets = 0
                return true
            }
            state.head?.floor = head.floor
            return false
        }
        if isOtherEpoch {
            logger.warning("the epoch changed", metadata: ["epoch": "\(head.epoch)", "head": "\(head.head)"])
            epochChanged()
        }
    }

    private func append(_ entries: [OriginEntry]) {
        state.withLock { state in
            for entry in entries {
                state.entries.append(entry)
                state.octets += Self.octets(entry)
                state.head?.head = entry.position
            }
            while state.entries.count > Self.maximumEntries || state.octets > Self.maximumOctets,
                state.entries.count > 1
            {
                state.octets -= Self.octets(state.entries.removeFirst())
            }
        }
    }

    private static func octets(_ entry: OriginEntry) -> Int {
        128 + entry.zone.utf8.count + (entry.diff?.utf8.count ?? 0)
            + entry.regional.values.reduce(0) { $0 + 96 + ($1.diff?.utf8.count ?? 0) }
    }

    /// Has every subscriber look again.
    func notifyAll() {
        for signal in state.withLock({ Array($0.subscribers.values) }) { signal.notify() }
    }
}
