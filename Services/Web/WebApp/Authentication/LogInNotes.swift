// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Which good passwords have been booked lately: a client that sends its password with each request is booked once an hour
/// for each address, so that requests cost no writes.
final class LogInNotes: Sendable {
    private struct Key: Hashable {
        let user: Int64
        let address: String
    }

    /// In seconds.
    private static let interval: Int64 = 3_600
    /// Remembered at most. When there are more all are forgotten, and booked once more.
    private static let capacity = 10_000

    private let booked = Mutex<[Key: Int64]>([:])

    /// Whether a good password of the user from `address` is to be booked at `now`, in Unix seconds; it counts as booked
    /// from then on.
    func isDue(user: Int64, address: String, now: Int64) -> Bool {
        let key = Key(user: user, address: address)
        return self.booked.withLock { booked in
            if let last = booked[key], last <= now, now < last + Self.interval { return false }
            if booked.count >= Self.capacity {
                booked.removeAll()
            }
            booked[key] = now
            return true
        }
    }
}
