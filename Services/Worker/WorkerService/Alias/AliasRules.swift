// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How long what is found may be kept, and when an empty answer is believed.
struct AliasRules: Sendable {
    /// Bounds of TTLs, and of the time between two attempts, in seconds.
    var minimumTTL: Int32 = 30
    var maximumTTL: Int32 = 3_600
    /// For so many seconds a target has to be without addresses before the last ones are taken back.
    var emptyAfter: Double = 300
    /// The longest wait after a failure, in seconds.
    var longestRetry: Double = 60

    /// After so many lower TTLs in a row the published one is lowered.
    static let patience: Int32 = 8
    /// Addresses of one family that are published.
    static let mostAddresses = 64

    /// A TTL within the bounds.
    func bounded(_ ttl: UInt32) -> Int32 {
        min(max(Int32(clamping: ttl), minimumTTL), maximumTTL)
    }

    /// The time until the attempt after `failures` in a row, in seconds.
    func retry(after failures: Int32) -> Double {
        min(Double(1 << min(max(failures - 1, 0), 16)), longestRetry)
    }
}
