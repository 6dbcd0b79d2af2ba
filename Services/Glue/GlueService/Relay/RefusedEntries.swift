// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore

/// What a relay refused before it was started, by what its log and its zones say: the reasons are gone with the process
/// that had them.
enum RefusedEntries {
    /// Why, where nothing else is known any more.
    static let reason = "422 its state cannot be served, as was found before the relay was started"

    private static let page = 1_000

    /// The zones whose newest entry leads to a state that the store does not hold, with the entries' positions. Reads the
    /// whole log; nothing of a store that is being filled.
    static func read(_ store: ZoneStore) throws(ZoneStoreError) -> [String: UInt64] {
        guard let state = try store.logState(), !state.isFilling else { return [:] }
        var refused: [String: UInt64] = [:]
        var last = state.floor
        while let (entries, upTo) = try store.logEntries(after: last, limit: page), upTo > last {
            for entry in entries {
                let isMissing = entry.isMissingHere && entry.content != .deletion
                refused[entry.zone.lowercased().text] = entry.isRefusedHere || isMissing ? entry.position : nil
            }
            last = upTo
        }
        return refused
    }
}
