// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The bounds that both sides of ZSP/1 enforce before they buffer. Octets; the line's LF is not counted.
package enum ProtocolLimits {
    /// The longest control line.
    package static let controlLine = 4_096
    /// The longest line of a body: a TXT record of 65,535 octets, each `\DDD`, with its quotes, owner and TTL.
    package static let bodyLine = 307_200
    /// The longest body of one message, LFs included.
    package static let body = 64 * 1_024 * 1_024
    /// Unacknowledged octets that a follower offers unless told otherwise.
    package static let defaultWindow = 4 * 1_024 * 1_024
    /// Windows outside of these bounds are moved into them by the origin.
    package static let window = 65_536...(64 * 1_024 * 1_024)
    /// Zones in one chunk of a snapshot.
    package static let chunkZones = 1_000
    /// Whole zones that a follower may have asked for and not yet been given.
    package static let wants = 1_024
    /// Generations that a follower may have asked for by `FETCH` and not yet been given.
    package static let fetches = 4_096
}
