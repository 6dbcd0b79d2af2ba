// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// How often an origin server sent something else than entries, since its start.
package final class OriginStatistics: Sendable {
    /// The counters.
    package struct Values: Sendable, Equatable {
        /// Manifests: consumers that began to compare what they hold.
        package var manifests: UInt64 = 0
        /// Listings of buckets that they asked for.
        package var listings: UInt64 = 0
        /// Zones that they fetched.
        package var fetched: UInt64 = 0
        /// Snapshots, those included that went on where they were cut off.
        package var snapshots: UInt64 = 0
        /// Snapshots that went on where they were cut off.
        package var resumedSnapshots: UInt64 = 0
    }

    private let state = Mutex(Values())

    /// The counters now.
    package var values: Values { state.withLock { $0 } }

    func note(_ change: (inout Values) -> Void) {
        state.withLock { change(&$0) }
    }
}
