// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
package import Postgres

/// Brings the schema to this release's version.
///
/// Steps run one by one, each in its own transaction, under an advisory lock: of several that start at once one works
/// and the others then find nothing to do. The role needs the right to become `zonewright_owner`.
package struct Migrator: Sendable {
    /// The key of the advisory lock.
    private static let lock: Int64 = 7_012_202_600

    private let configuration: PostgresConfiguration
    private let migrations: [Migration]
    private let logger: Logger

    package init(
        configuration: PostgresConfiguration,
        migrations: [Migration] = Migration.all,
        logger: Logger
    ) {
        self.configuration = configuration
        self.migrations = migrations
        self.logger = logger
    }

    /// Runs what is pending and returns it. Throws `MigrationError`, `PostgresError` or `CancellationError`.
    @discardableResult
    package func migrate() async throws -> [Migration] {
        let connection = try await PostgresConnection.connect(configuration)
        // The connection, and with it the session's lock, ends with this function.
        do {
            let applied = try await migrate(on: connection)
            await connection.close()
            return applied
        } catch {
            await connection.close()
            throw error
        }
    }

    /// What has been run and what is pending. Throws as `migrate` does.
    package func status() async throws -> MigrationStatus {
        let connection = try await PostgresConnection.connect(configuration)
        let current = try await SchemaVersion.current(connection)
        await connection.close()
        return MigrationStatus(
            current: current,
            latest: migrations.last?.version ?? 0,
            pending: migrations.filter { $0.version > current }
        )
    }

    private func migrate(on connection: PostgresConnection) async throws -> [Migration] {
        try await connection.execute(script: "SET lock_timeout = 0; SET statement_timeout = 0")
        _ = try await connection.query("SELECT pg_advisory_lock(\(Self.lock))")
        try await connection.execute(
            script: """
                SET ROLE \(DatabaseBootstrap.ownerRole);
                SET client_min_messages = warning;
                CREATE TABLE IF NOT EXISTS public.schema_migration (
                    version integer PRIMARY KEY,
                    name text NOT NULL,
                    checksum bytea NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                );
                GRANT SELECT ON public.schema_migration TO PUBLIC
                """
        )
        let current = try await verifyHistory(on: connection)
        var applied: [Migration] = []
        for migration in migrations where migration.version > current {
            try await run(migration, on: connection)
            logger.info("migrated", metadata: ["version": "\(migration.version)", "name": "\(migration.name)"])
            applied.append(migration)
        }
        return applied
    }

    /// Compares what the database has had with this release; returns the newest version.
    private func verifyHistory(on connection: PostgresConnection) async throws -> Int {
        let rows = try await connection.query(
            """
            SELECT given.version, applied.version IS NOT NULL AND applied.checksum <> given.checksum AS changed
            FROM (
                SELECT version, sha256(convert_to(sql, 'UTF8')) AS checksum
                FROM unnest(\(migrations.map(\.version)), \(migrations.map(\.sql))) AS given (version, sql)
            ) AS given
            LEFT JOIN public.schema_migration AS applied USING (version)
            ORDER BY given.version
            """
        )
        for (row, migration) in zip(rows, migrations) {
            if try row.decode("changed") as Bool {
                throw MigrationError.changed(version: migration.version, name: migration.name)
            }
        }
        let current = try await SchemaVersion.current(connection)
        let latest = migrations.last?.version ?? 0
        guard current <= latest else { throw MigrationError.newer(database: current, release: latest) }
        return current
    }

    private func run(_ migration: Migration, on connection: PostgresConnection) async throws {
        do {
            try await connection.withTransaction { transaction in
                // A migration that waits for a lock makes everybody behind it wait too: rather fail and try again.
                try await transaction.execute(script: "SET LOCAL lock_timeout = '5s'")
                try await transaction.execute(script: migration.sql)
                try await transaction.execute(
                    """
                    INSERT INTO public.schema_migration (version, name, checksum)
                    VALUES (\(migration.version), \(migration.name), sha256(convert_to(\(migration.sql), 'UTF8')))
                    """
                )
            }
        } catch let error as PostgresError where error.kind == .server {
            // The text is our own SQL, so the server's message holds nobody's data.
            throw MigrationError.failed(
                version: migration.version,
                name: migration.name,
                reason: "\(error.message) (\(error.sqlState ?? "no SQLSTATE"))"
            )
        }
    }
}
