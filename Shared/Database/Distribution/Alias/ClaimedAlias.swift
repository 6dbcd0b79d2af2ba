// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// A target that a worker has taken in order to resolve it.
package struct ClaimedAlias: Sendable, Hashable {
    /// As records have it, in lower case.
    package var name: String
    /// What the result must name to count.
    package var claim: Int64
    /// What is published now.
    package var addresses: AliasAddresses
    /// Failed attempts since the last answer.
    package var failures: Int32
    /// Seconds since the target was first said to have no addresses; nil when it has some.
    package var emptySeconds: Double?
    /// The largest TTL of the answers whose TTL was lower than the one published, and how many in a row there were.
    package var lowerTTL: Int32
    package var lowerCount: Int32
    /// Whether some record has it as its target.
    package var isUsed: Bool

    package init(
        name: String,
        claim: Int64 = 1,
        addresses: AliasAddresses = AliasAddresses(),
        failures: Int32 = 0,
        emptySeconds: Double? = nil,
        lowerTTL: Int32 = 0,
        lowerCount: Int32 = 0,
        isUsed: Bool = true
    ) {
        self.name = name
        self.claim = claim
        self.addresses = addresses
        self.failures = failures
        self.emptySeconds = emptySeconds
        self.lowerTTL = lowerTTL
        self.lowerCount = lowerCount
        self.isUsed = isUsed
    }

    init(row: PostgresRow) throws(PostgresError) {
        name = try row.decode("name")
        claim = try row.decode("claim")
        addresses = try AliasAddresses(row: row)
        failures = try row.decode("failures")
        emptySeconds = try row.decode("empty_seconds")
        lowerTTL = try row.decode("lower_ttl")
        lowerCount = try row.decode("lower_count")
        isUsed = try row.decode("is_used")
    }
}
