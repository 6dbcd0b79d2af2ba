// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension PublicationReader {
    /// What is known of these targets of ALIAS records, by name. Of the others nothing is known: see
    /// ``PublicationWriter/addAliasTargets(_:)``.
    ///
    /// The rows stay as they are until the publication is committed. A change that is just being written is waited for,
    /// and ends the transaction with a serialization failure: it must be in what is published.
    package func aliasTargets(_ names: [String]) async throws -> [String: AliasAddresses] {
        let rows = try await transaction.query(
            "SELECT name, a, aaaa, ttl FROM distribution.alias_target WHERE name = ANY (\(names)) ORDER BY name FOR SHARE"
        )
        var targets: [String: AliasAddresses] = [:]
        for row in rows { targets[try row.decode(0)] = try AliasAddresses(row: row) }
        return targets
    }
}

extension PublicationWriter {
    /// Has targets resolved that nothing is known of, and tells the workers.
    package func addAliasTargets(_ names: [String]) async throws {
        guard !names.isEmpty else { return }
        try await transaction.execute(
            """
            WITH added AS (
                INSERT INTO distribution.alias_target (name) SELECT name FROM unnest(\(names)) AS name ORDER BY name
                ON CONFLICT DO NOTHING RETURNING name
            )
            INSERT INTO distribution.alias_refresh (name) SELECT name FROM added
            """
        )
        // Rare enough for a note within the transaction.
        try await transaction.execute("SELECT pg_notify(\(AliasStore.channel), '')")
    }
}
