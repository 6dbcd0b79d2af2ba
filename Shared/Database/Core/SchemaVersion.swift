// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// The check that every daemon makes before it works with a database.
package enum SchemaVersion {
    /// The newest migration that the database has had; 0 for an empty database.
    package static func current(_ database: some PostgresQuerying) async throws -> Int {
        // Asked for first: a failed statement would end a transaction that this may be a part of.
        let exists = try await database.query("SELECT to_regclass('public.schema_migration') IS NOT NULL AS found")
        guard try exists.first?.decode("found") ?? false else { return 0 }
        let rows = try await database.query("SELECT coalesce(max(version), 0) AS version FROM public.schema_migration")
        return try rows.first?.decode("version") ?? 0
    }

    /// Throws `SchemaVersionError` when the database is too old for this release. A newer one is fine: migrations keep
    /// the previous release working.
    package static func require(_ database: some PostgresQuerying) async throws {
        let current = try await current(database)
        guard current >= Migration.latestVersion else {
            throw SchemaVersionError(current: current, needed: Migration.latestVersion)
        }
    }
}
