// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How queries are answered, as far as it can be chosen.
package struct ResponderConfiguration: Sendable, Hashable {
    /// The largest UDP response in octets, whatever the query allows: 512 to 4,096. 1,232 avoids fragments on every
    /// usual path (RFC 9715).
    package var maximumPayload = 1232
    /// Whether positive answers go without the zone's NS records in the authority section.
    package var isMinimal = true
    /// What `version.bind` in class CH is told; nil refuses the question.
    package var versionText: [UInt8]?
    /// What `id.server` and `hostname.bind` in class CH are told; nil refuses the questions (RFC 4892).
    package var identityText: [UInt8]?
    /// How many answers a thread's packet cache holds, rounded up to a power of two; 0 for none.
    package var cacheSize = 4096

    /// The usual choices.
    package init() {}

    /// The payload limit within its bounds.
    var payloadLimit: Int { min(max(maximumPayload, MessageSize.smallestPayload), 4096) }
}
