// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Identity
package import Postgres

/// What a log-in is checked against.
package struct LogInRecord: Sendable {
    package let user: User
    /// A PHC string.
    package let passwordHash: String
    /// The sealed secret of one-time codes; nil until the user has confirmed one.
    package let sealedSecret: [UInt8]?
    /// The last time step whose code was taken.
    package let step: Int64
}

/// The passwords and one-time codes of users.
package struct LogInStore: Sendable {
    /// Failed log-ins of one subject are counted for so long, in seconds.
    package static let window: Int64 = 900

    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// What the log-in of `email` is checked against; nil when nobody has that address.
    package func record(email: String) async throws -> LogInRecord? {
        let row = try await pool.first(
            """
            SELECT \(User.columns), password_hash, totp_step,
                   CASE WHEN totp_confirmed_at IS NOT NULL THEN totp_secret END AS secret
            FROM app.person WHERE lower(email) = lower(\(email)::text)
            """
        )
        return try row.map { row in
            LogInRecord(
                user: try User(row: row),
                passwordHash: try row.decode("password_hash"),
                sealedSecret: try row.decode("secret"),
                step: try row.decode("totp_step")
            )
        }
    }

    /// Counts an attempt for each of `subjects` before it is known how it ends, so that attempts at the same time count,
    /// too. Gives how many each has had in its window, and for how many seconds the window lasts.
    package func count(_ subjects: [String]) async throws -> [String: (attempts: Int, wait: Int64)] {
        let rows = try await pool.query(
            """
            INSERT INTO app.login_failure AS f (subject, failures, ends_at)
            SELECT s, 1, now() + make_interval(secs => \(Double(Self.window)))
            FROM unnest(\(subjects)::text[]) AS s ORDER BY s
            ON CONFLICT (subject) DO UPDATE
            SET failures = CASE WHEN f.ends_at <= now() THEN 1 ELSE least(f.failures + 1, 1000000) END,
                ends_at = CASE WHEN f.ends_at <= now() THEN excluded.ends_at ELSE f.ends_at END
            RETURNING subject, failures, greatest(1, ceil(extract(epoch FROM ends_at - now())))::bigint AS wait
            """
        )
        var counts: [String: (attempts: Int, wait: Int64)] = [:]
        for row in rows {
            counts[try row.decode("subject")] = (try row.decode("failures"), try row.decode("wait"))
        }
        return counts
    }

    /// Takes back what `count` counted: the attempt was no failure.
    package func forgive(_ subjects: [String]) async throws {
        try await pool.execute(
            "UPDATE app.login_failure SET failures = greatest(0, failures - 1) WHERE subject = ANY(\(subjects)::text[])"
        )
    }

    /// Takes the code of `step` as used; false when it, or a later one, has been used already.
    package func use(step: Int64, of user: Int64) async throws -> Bool {
        try await pool.execute(
            "UPDATE app.person SET totp_step = \(step) WHERE id = \(user) AND totp_step < \(step)"
        ) > 0
    }

    /// Takes a recovery code as used; false when the user has none such.
    package func use(_ code: RecoveryCode, of user: Int64) async throws -> Bool {
        try await pool.execute(
            "DELETE FROM app.recovery_code WHERE person_id = \(user) AND code_hash = \(code.hash.bytes)"
        ) > 0
    }

    /// Gives the user another password hash, unless it has changed meanwhile. Ends the sessions of the user where
    /// `endsSessions`, as for a new password. Booked for whoever stands in `context`.
    package func setPassword(
        _ hash: String,
        of user: Int64,
        instead old: String,
        endsSessions: Bool,
        context: ChangeContext? = nil
    ) async throws -> Bool {
        try await pool.withTransaction { transaction in
            let count = try await transaction.execute(
                """
                UPDATE app.person SET password_hash = \(hash), updated_at = now()
                WHERE id = \(user) AND password_hash = \(old)
                """
            )
            if endsSessions, count > 0 {
                try await transaction.execute("DELETE FROM app.session WHERE person_id = \(user)")
            }
            if let context, count > 0 {
                try await UserBook.record("user.password", of: user, context: context, in: transaction)
            }
            return count > 0
        }
    }

    /// Keeps a sealed secret that the user has still to confirm; false when one is confirmed already.
    package func offer(sealedSecret: [UInt8], to user: Int64) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE app.person SET totp_secret = \(sealedSecret), updated_at = now()
            WHERE id = \(user) AND totp_confirmed_at IS NULL
            """
        ) > 0
    }

    /// The sealed secret that the user has not confirmed yet.
    package func offeredSecret(of user: Int64) async throws -> [UInt8]? {
        try await pool.first(
            "SELECT totp_secret FROM app.person WHERE id = \(user) AND totp_confirmed_at IS NULL"
        )?.decode("totp_secret")
    }

    /// Asks for one-time codes from now on, `step` being used; `codes` replace all older recovery codes. False when the
    /// secret is another one now, or confirmed already. Booked for whoever stands in `context`.
    package func confirm(
        sealedSecret: [UInt8],
        of user: Int64,
        step: Int64,
        codes: [RecoveryCode],
        context: ChangeContext? = nil
    ) async throws -> Bool {
        try await pool.withTransaction { transaction in
            let count = try await transaction.execute(
                """
                UPDATE app.person SET totp_confirmed_at = now(), totp_step = \(step), updated_at = now()
                WHERE id = \(user) AND totp_confirmed_at IS NULL AND totp_secret = \(sealedSecret)
                """
            )
            guard count > 0 else { return false }
            try await transaction.execute("DELETE FROM app.recovery_code WHERE person_id = \(user)")
            try await transaction.execute(
                """
                INSERT INTO app.recovery_code (person_id, code_hash)
                SELECT \(user), h FROM unnest(\(codes.map(\.hash.bytes))::bytea[]) AS h
                """
            )
            if let context {
                try await UserBook.record("user.totp_enable", of: user, context: context, in: transaction)
            }
            return true
        }
    }

    /// Asks for no one-time codes any more. Booked for whoever stands in `context`.
    package func removeSecret(of user: Int64, context: ChangeContext? = nil) async throws {
        try await pool.withTransaction { transaction in
            try await transaction.execute(
                """
                UPDATE app.person SET totp_secret = NULL, totp_confirmed_at = NULL, updated_at = now()
                WHERE id = \(user)
                """
            )
            try await transaction.execute("DELETE FROM app.recovery_code WHERE person_id = \(user)")
            if let context {
                try await UserBook.record("user.totp_disable", of: user, context: context, in: transaction)
            }
        }
    }
}
