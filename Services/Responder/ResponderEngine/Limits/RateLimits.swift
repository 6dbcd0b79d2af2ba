// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How many responses a second one network gets over UDP, and what becomes of the others.
///
/// A network is a /24 of IPv4 or a /56 of IPv6. What is counted is responses that are alike, so that a stream with a
/// forged source address is held back and other answers to the same network are not.
package struct RateLimits: Sendable, Hashable {
    /// Answers with records, for each name of a zone; those from wildcards for each zone. 0 here and below: no limit.
    package var answers = 200
    /// NODATA responses for each zone.
    package var noData = 200
    /// NXDOMAIN responses for each zone.
    package var nameErrors = 200
    /// Referrals for each delegated name.
    package var referrals = 200
    /// REFUSED responses.
    package var refusals = 200
    /// Other errors: FORMERR, NOTIMP, SERVFAIL and the like.
    package var errors = 200
    /// Responses of one zone to all networks together.
    package var zone = 0
    /// For how many seconds at most a network pays for having gone above a rate: 1 to 3,600.
    package var window = 15
    /// Every how many-th response that is held back goes out as an empty truncated one, which leads an honest client
    /// to TCP: 1 for all, 0 for none, at most 10.
    package var slip = 2
    /// Networks that are never limited.
    package var exempt: [ClientPrefix] = []
    /// Whether limits are only counted.
    package var isTrial = false
    /// The entries of the table, rounded up to a power of two: 1,024 to 16,777,216, of eight octets each.
    package var tableSize = 1 << 18

    /// Whether there is any limit at all.
    package var limitsAnything: Bool {
        [answers, noData, nameErrors, referrals, refusals, errors, zone].contains { $0 > 0 }
    }

    /// The usual limits: those of NSD.
    package init() {}

    /// The largest rate: an interval has to be a microsecond at least.
    package static let maximumRate = 1_000_000
}
