// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How queries are answered, as far as it can be chosen.
@safe
package struct ResponderConfiguration: Sendable {
    /// The largest UDP response in octets, whatever the query allows: 512 to 4,096. 1,232 avoids fragments on every
    /// usual path (RFC 9715).
    package var maximumPayload = 1232
    /// Whether positive answers go without the zone's NS records in the authority section.
    package var isMinimal = true
    /// What `version.bind` in class CH is told; nil refuses the question.
    package var versionText: [UInt8]?
    /// What `id.server` and `hostname.bind` in class CH are told; nil refuses the questions (RFC 4892).
    package var identityText: [UInt8]?
    /// The memory of all packet caches of a server together, in octets, which its threads share out; 0 for none.
    package var cacheOctets = 16 << 20
    /// The most octets of `serverIdentifier` that are sent.
    package static let maximumIdentifier = 128
    /// What a query with the NSID option is told, of at most 128 octets; nil answers no NSID (RFC 5001).
    package var serverIdentifier: [UInt8]?
    /// The secrets of DNS cookies; nil takes no notice of cookies (RFC 7873).
    package var cookies: CookieSecrets?
    /// Whether a client that sends cookies has to send a good one over UDP, or gets BADCOOKIE (RFC 7873 5.2.3).
    package var requiresCookies = false
    /// How long a stream may idle, in units of 100 ms, for clients that ask for it (RFC 7828); 0 tells nobody.
    package var keepalive: UInt16 = 0
    /// The rate limits that all responders of the process share; nil for none.
    package var limiter: RateLimiter?
    /// Where each responder adds a tap of its queries; nil for no taps.
    package var taps: QueryTaps?
    /// Where each responder counts its queries by zone; nil counts none so.
    package var tallies: ZoneTallies?
    /// Answers signed queries and transfers over UDP; without it the former are NOTAUTH and the latter REFUSED.
    package var signedQueries: SignedQueryHandler?

    /// The usual choices.
    package init() {}

    /// The payload limit within its bounds.
    var payloadLimit: Int { min(max(maximumPayload, MessageSize.smallestPayload), 4096) }
}
