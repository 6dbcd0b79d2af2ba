// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Identity
package import Postgres

/// The API tokens: looked up by the hash of their text, which is all that is stored of it.
package struct TokenStore: Sendable {
    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Whom a token speaks for, or nil when it is unknown, expired or revoked.
    package func caller(for hash: TokenHash) async throws -> FoundToken? {
        let row = try await pool.lookup(
            """
            SELECT a.id, a.email, a.name, a.plan_identifier, a.created_at, a.updated_at, t.id AS token_id, t.person_id,
                   t.access, t.scopes, t.record_policy, t.networks, t.expires_at
            FROM app.api_token t LEFT JOIN app.account a ON a.id = t.account_id
            WHERE t.token_hash = \(hash.bytes) AND t.revoked_at IS NULL
              AND (t.expires_at IS NULL OR t.expires_at > now())
            """
        )
        guard let row else {
            return nil
        }
        guard let subject = try await subject(of: row) else {
            return nil
        }
        return FoundToken(
            caller: Caller(subject: subject, tokenID: try row.decode("token_id"), grant: try TokenGrant(row: row)),
            expiresAt: try row.optionalTimestamp("expires_at")
        )
    }

    private func subject(of row: PostgresRow) async throws -> Caller.Subject? {
        guard let person: Int64 = try row.decode("person_id") else {
            return .account(try Account(row: row))
        }
        return try await UserStore(pool: pool).caller(id: person)?.subject
    }

    /// Makes a token; its text is known this once only. For the operator: `TokenEditor` is for customers.
    package func create(
        account: Int64,
        name: String,
        access: TokenAccess = .full,
        expiresAt: Timestamp? = nil
    ) async throws -> (token: APIToken, secret: TokenSecret) {
        let draft = TokenDraft(name: name, grant: TokenGrant(access: access), expiresAt: expiresAt)
        return try await create(draft, owner: .account(account))
    }

    /// Makes a token with the limits of `draft`; its text is known this once only. Nothing is booked.
    package func create(
        _ draft: TokenDraft,
        owner: TokenOwner
    ) async throws -> (token: APIToken, secret: TokenSecret) {
        let secret = TokenSecret(draft.applicationID != nil ? .oauth : owner.userID == nil ? .account : .user)
        let token = try await Self.insert(draft, owner: owner, secret, in: pool)
        return (token, secret)
    }

    /// Inserts a token.
    static func insert(
        _ draft: TokenDraft,
        owner: TokenOwner,
        _ secret: TokenSecret,
        in database: some PostgresQuerying
    ) async throws -> APIToken {
        let rows = try await database.query(
            """
            INSERT INTO app.api_token (account_id, person_id, oauth_application_id, name, token_hash, access, scopes,
                                       record_policy, networks, expires_at)
            VALUES (\(owner.accountID), \(owner.userID), \(draft.applicationID), \(draft.name), \(secret.hash.bytes),
                    \(draft.grant.access.rawValue), \(draft.grant.scopes?.map(\.description)),
                    \(draft.grant.recordPolicy?.rules.map(\.description)),
                    \(draft.grant.networks?.map(\.description)), \(draft.expiresAt.map(\.postgres)))
            RETURNING \(APIToken.columns)
            """
        )
        return try APIToken(row: rows.only())
    }

    /// An account's own tokens by id, revoked ones too.
    package func tokens(account: Int64) async throws -> [APIToken] {
        try await pool.query("SELECT \(APIToken.columns) FROM app.api_token WHERE account_id = \(account) ORDER BY id")
            .map(APIToken.init(row:))
    }

    /// Makes an account's token useless from now on; false when it has no such live token. For the operator.
    package func revoke(account: Int64, id: Int64) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE app.api_token SET revoked_at = now()
            WHERE id = \(id) AND account_id = \(account) AND revoked_at IS NULL
            """
        ) > 0
    }

    /// Notes when tokens were last used. A note younger than a minute stays as it is, and so does one that another
    /// process is writing just now: nobody waits for these.
    package func noteUse(of uses: [Int64: Timestamp]) async throws {
        guard !uses.isEmpty else {
            return
        }
        let pairs = uses.sorted { $0.key < $1.key }
        try await pool.execute(
            """
            UPDATE app.api_token AS t SET last_used_at = u.used_at
            FROM (
                SELECT l.id, to_timestamp(given.second) AS used_at
                FROM unnest(\(pairs.map(\.key))::bigint[], \(pairs.map(\.value.seconds))::bigint[])
                    AS given (id, second)
                JOIN app.api_token AS l USING (id)
                WHERE l.last_used_at IS NULL OR l.last_used_at < to_timestamp(given.second) - interval '1 minute'
                FOR UPDATE OF l SKIP LOCKED
            ) AS u
            WHERE t.id = u.id
            """
        )
    }
}
