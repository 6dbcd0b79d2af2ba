// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How long to wait before the next connection: full jitter, the bound doubling from 0.1 to 2 s: a follower that
/// was cut off for a minute is to be back soon after, and attempts cost an origin little.
package struct FollowerBackoff: Sendable {
    /// The first bound.
    package static let first = Duration.milliseconds(100)
    /// The greatest bound.
    package static let last = Duration.seconds(2)

    private var bound = FollowerBackoff.first

    /// A back-off at its first bound.
    package init() {}

    /// A connection served its purpose: begin anew.
    package mutating func reset() {
        bound = Self.first
    }

    /// The wait before the next attempt.
    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { bound = min(bound * 2, Self.last) }
        return bound * Double.random(in: 0..<1, using: &generator)
    }
}
