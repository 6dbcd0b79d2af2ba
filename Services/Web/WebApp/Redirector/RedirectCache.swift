// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Remembers for a few seconds where hosts lead, those that lead nowhere, too. Bounded.
final class RedirectCache: Sendable {
    /// What is known of a host.
    struct Entry: Sendable {
        /// The record's URL; nil when there is none.
        let url: String?
        let until: ContinuousClock.Instant
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let limit: Int
    private let lifetime: Duration

    init(limit: Int = 10_000, lifetime: Duration = .seconds(5)) {
        self.limit = limit
        self.lifetime = lifetime
    }

    /// What is known, whether it is still good or not.
    func find(_ host: String) -> Entry? {
        entries.withLock { $0[host] }
    }

    /// Remembers what was just found. When there is no room what is not good any more goes, and else any of the others.
    func remember(_ host: String, _ url: String?, now: ContinuousClock.Instant = .now) {
        let entry = Entry(url: url, until: now + lifetime)
        entries.withLock { entries in
            if entries.count >= limit, entries[host] == nil {
                entries = entries.filter { $0.value.until > now }
                while entries.count >= limit, let any = entries.keys.first { entries[any] = nil }
            }
            entries[host] = entry
        }
    }

    /// How many hosts are remembered.
    var count: Int { entries.withLock(\.count) }
}
