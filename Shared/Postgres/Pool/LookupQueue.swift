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

    /// Ends a server that got no connection, and fails all that wait.
    func fail(with error: any Error) {
        let entries = state.withLock { state in
            state.servers -= 1
            defer { state.entries = [] }
            return state.entries
        }
        for entry in entries { entry.continuation.resume(throwing: error) }
    }
}
