// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How many zones may be removed or emptied in a while before somebody has to say that it is meant.
package struct BreakerLimits: Sendable, Hashable {
    /// Percent of the live zones.
    package var share: Int
    /// Zones that may go in any case: in a small installation every zone is a large share.
    package var zones: Int
    /// The while.
    package var window: Duration

    package init(share: Int = 20, zones: Int = 25, window: Duration = .seconds(60)) {
        self.share = share
        self.zones = zones
        self.window = window
    }

    /// How many zones of `live` ones may go within the window.
    package func most(of live: Int64) -> Int64 {
        let (product, isTooMuch) = live.multipliedReportingOverflow(by: Int64(share))
        return max(Int64(zones), isTooMuch ? live / 100 * Int64(share) : product / 100)
    }
}
