// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Identity
package import Postgres

/// A session of a browser, without its secret.
package struct Session: Hashable, Sendable {
    package let id: Int64
    package let userID: Int64
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
}

/// The sessions, looked up by the hash of their secret.
package struct SessionStore: Sendable {
    /// How long a session lasts, in seconds.
    package static let lifetime: Int64 = 12 * 3_600

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Begins a session of the user; its secret is known this once only. Sessions of anybody that have ended go.
    package func begin(user: Int64, remoteAddress: String?) async throws -> (session: Session, secret: TokenSecret) {
        let secret = TokenSecret(.session)
        try await pool.execute(
            """
            DELETE FROM app.session WHERE id IN (
                SELECT id FROM app.session WHERE expires_at < now() ORDER BY expires_at LIMIT 100
                FOR UPDATE SKIP LOCKED
            )
            """
        )
        let rows = try await pool.query(
            """
            INSERT INTO app.session (person_id, secret_hash, remote_address, expires_at)
            VALUES (\(user), \(secret.hash.bytes), \(remoteAddress),
                    now() + make_interval(secs => \(Double(Self.lifetime))))
            RETURNING \(Session.columns)
            """
        )
        return (try Session(row: rows.only()), secret)
    }

    /// The live session with this secret; nil when there is none.
    package func session(_ hash: TokenHash) async throws -> Session? {
        try await pool.first(
            "SELECT \(Session.columns) FROM app.session WHERE secret_hash = \(hash.bytes) AND expires_at > now()"
        ).map(Session.init(row:))
    }

    /// Ends a session.
    package func end(id: Int64) async throws {
        try await pool.execute("DELETE FROM app.session WHERE id = \(id)")
    }
}

extension Session {
    static var columns: PostgresQuery {
        "id, person_id, created_at, expires_at"
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            userID: try row.decode("person_id"),
            createdAt: try row.timestamp("created_at"),
            expiresAt: try row.timestamp("expires_at")
        )
    }
}
