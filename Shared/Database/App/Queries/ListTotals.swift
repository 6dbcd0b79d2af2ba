// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Synchronization

/// How many records of a zone match a filter, remembered by the zone's version: counting 100,000 rows for each page would
/// cost more than the page.
///
/// Every change of a zone's records gives it another version in the same transaction, so what is remembered is exact, in
/// whichever process the change was made.
final class ListTotals: Sendable {
    struct Key: Hashable {
        let zoneID: Int64
        let version: Int64
        let filter: RecordFilter
    }

    /// Totals remembered at most. When there are more all are forgotten: a total is soon counted again.
    private let capacity: Int
    private let totals = Mutex<[Key: Int]>([:])

    init(capacity: Int = 10_000) {
        self.capacity = max(capacity, 1)
    }

    subscript(key: Key) -> Int? {
        totals.withLock { $0[key] }
    }

    func remember(_ total: Int, for key: Key) {
        totals.withLock { totals in
            if totals.count >= capacity, totals[key] == nil {
                totals.removeAll(keepingCapacity: true)
            }
            totals[key] = total
        }
    }
}
