// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// When a replica whose set hash differs may be mended again: at once, and later and later while it does not help.
struct MendingPace: Sendable {
    /// The wait after the first mending that did not help; it doubles.
    static let first = TimeAmount.seconds(10)

    private var last: NIODeadline?
    /// Mendings since a checkpoint fitted.
    private var attempts = 0

    /// Whether the replica may be mended now. By manifest it costs little; by a snapshot, or over and over, it must not
    /// happen more often than every `longest`.
    func isDue(_ now: NIODeadline, byManifest: Bool, longest: TimeAmount) -> Bool {
        guard let last else { return true }
        guard byManifest else { return now - last > longest }
        guard attempts > 0 else { return true }
        let doublings = min(attempts - 1, 16)
        return now - last > min(longest, .nanoseconds(Self.first.nanoseconds << doublings))
    }

    /// The replica is mended from now on.
    mutating func begin(_ now: NIODeadline) {
        last = now
        attempts += 1
    }

    /// A checkpoint fitted.
    mutating func succeeded() {
        attempts = 0
    }
}
