// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// What many followers have seen of the names that changes make, and when.
final class FollowerArrivals: Sendable {
    /// A name at one of the followers.
    typealias Arrival = (name: String, at: ContinuousClock.Instant)

    /// The zone whose names count.
    let zone: String
    private let arrivals = Mutex<[Arrival]>([])

    init(of zone: String) {
        self.zone = zone
    }

    /// Takes a name that a follower sees for the first time.
    func add(_ name: String) {
        let now = ContinuousClock.now
        arrivals.withLock { $0.append((name, now)) }
    }

    /// All so far, followers mixed.
    var all: [Arrival] { arrivals.withLock { $0 } }
    var count: Int { arrivals.withLock { $0.count } }
}
