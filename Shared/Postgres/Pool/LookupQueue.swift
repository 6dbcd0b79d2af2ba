// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Look-ups of many callers that wait to be run together.
///
/// Whoever is told to by `append` starts a server, which takes batches until there are none.
final class LookupQueue: Sendable {
    /// A statement and who wants its rows.
    struct Entry: Sendable {
        let query: PostgresQuery
        /// When it has waited long enough for a connection.
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<[PostgresRow], any Error>
    }

    private struct State {
        var entries: [Entry] = []
        var servers = 0
    }

    /// Look-ups in one round trip at most: what a slow one among them delays.
    private static let batchSize = 32

    private let maximumServers: Int
    private let state = Mutex(State())

    init(maximumServers: Int) {
        self.maximumServers = maximumServers
    }

    /// How many wait.
    var count: Int { state.withLock { $0.entries.count } }

    /// Puts `entry` at the end; true when the caller has to start a server.
    func append(_ entry: Entry) -> Bool {
        state.withLock { state in
            state.entries.append(entry)
            guard state.servers < maximumServers else { return false }
            state.servers += 1
            return true
        }
    }

    /// The next batch for a server; nil ends it.
    func next() -> [Entry]? {
        state.withLock { state in
            guard !state.entries.isEmpty else {
                state.servers -= 1
                return nil
            }
            let batch = Array(state.entries.prefix(Self.batchSize))
            state.entries.removeFirst(batch.count)
            return batch
        }
    }

    /// Gives back the part of a batch that was not reached; it comes first again.
    func putBack(_ entries: ArraySlice<Entry>) {
        state.withLock { $0.entries.insert(contentsOf: entries, at: 0) }
    }

    /// For a server that got no connection: fails those who have waited long enough; true when it should try again for
    /// those who came later.
    func expire(with error: any Error, at now: ContinuousClock.Instant) -> Bool {
        let (expired, goesOn) = state.withLock { state in
            let index = state.entries.firstIndex { $0.deadline > now } ?? state.entries.endIndex
            let expired = state.entries[..<index]
            state.entries.removeFirst(index)
            if state.entries.isEmpty { state.servers -= 1 }
            return (expired, !state.entries.isEmpty)
        }
        for entry in expired { entry.continuation.resume(throwing: error) }
        return goesOn
    }

    /// Ends a server that cannot get a connection. Those who wait are left to another server; without one they fail.
    func fail(with error: any Error) {
        let entries = state.withLock { state in
            state.servers -= 1
            guard state.servers == 0 else { return [Entry]() }
            defer { state.entries = [] }
            return state.entries
        }
        for entry in entries { entry.continuation.resume(throwing: error) }
    }
}
