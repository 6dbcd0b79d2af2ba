// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// What is published in place of an ALIAS record.
package struct AliasAddresses: Sendable, Hashable {
    /// IPv4 addresses in presentation form, sorted.
    package var a: [String]
    /// IPv6 addresses in presentation form, sorted.
    package var aaaa: [String]
    /// How long the target's owner lets them be kept, in seconds; a record's own TTL may be less.
    package var ttl: Int32

    package init(a: [String] = [], aaaa: [String] = [], ttl: Int32 = 0) {
        self.a = a
        self.aaaa = aaaa
        self.ttl = ttl
    }

    /// Whether there is none of either kind.
    package var isEmpty: Bool { a.isEmpty && aaaa.isEmpty }

    init(row: PostgresRow) throws(PostgresError) {
        a = try row.decode("a")
        aaaa = try row.decode("aaaa")
        ttl = try row.decode("ttl")
    }
}
