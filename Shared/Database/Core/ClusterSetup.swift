// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// Makes an empty cluster ready for Zonewright: the roles, their passwords and the database.
///
/// For the private cluster of a local installation; on a real server an operator does the same with `bootstrap.sql`.
package struct ClusterSetup: Sendable {
    /// The database's name.
    package static let database = "zonewright"
    /// The roles that log in.
    package static let loginRoles = [
        "zonewright_operator", "zonewright_web", "zonewright_glue", "zonewright_worker",
    ]

    private let configuration: PostgresConfiguration

    /// - Parameter configuration: a superuser's, in the database `postgres`.
    package init(configuration: PostgresConfiguration) {
        self.configuration = configuration
    }

    /// Makes what is missing and sets the passwords. Running it again changes nothing else.
    ///
    /// - Parameter password: the password of a log-in role.
    /// - Throws: `PostgresError`, or what `password` throws.
    package func run(password: (_ role: String) throws -> String) async throws {
        let connection = try await PostgresConnection.connect(configuration)
        do {
            try await connection.execute(script: DatabaseBootstrap.sql)
            for role in Self.loginRoles {
                try await setPassword(try password(role), of: role, on: connection)
            }
            let found = try await connection.query("SELECT 1 FROM pg_database WHERE datname = \(Self.database)")
            if found.isEmpty {
                try await connection.execute(
                    script: "CREATE DATABASE \(Self.database) OWNER \(DatabaseBootstrap.ownerRole)"
                )
            }
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    /// ALTER ROLE takes no parameters, so the server quotes the statement itself.
    private func setPassword(_ password: String, of role: String, on connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            "SELECT format('ALTER ROLE %I PASSWORD %L', \(role)::text, \(password)::text)"
        )
        if let statement: String = try rows.first?.decode(0) {
            try await connection.execute(script: statement)
        }
    }
}
