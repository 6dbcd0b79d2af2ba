// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Identity
package import Postgres

/// Applications, and the codes that lead them to their tokens.
package struct OAuthStore: Sendable {
    /// What comes of an attempt to redeem a code.
    package enum Redemption: Sendable {
        case token(TokenSecret, AuthorizationCode)
        /// There is no such code of this application, or it has ended.
        case unknown
        /// It was redeemed before; the token that it gave is revoked now (RFC 6749 section 4.1.2).
        case reused
    }

    /// How long a code is good, in seconds.
    package static let codeLifetime: Int64 = 600

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of an account's applications by id.
    package func list(account: Int64, page: Page) async throws -> PageResult<OAuthApplication> {
        try await Listing.page(
            page,
            of: OAuthApplication.columns,
            from: "app.oauth_application",
            where: ["account_id = \(account)"],
            orderBy: "id",
            in: pool,
            decode: OAuthApplication.init(row:)
        )
    }

    /// An application of the account.
    ///
    /// - Throws: `NotFound`.
    package func application(account: Int64, id: Int64) async throws -> OAuthApplication {
        let row = try await pool.first(
            """
            SELECT \(OAuthApplication.columns) FROM app.oauth_application
            WHERE account_id = \(account) AND id = \(id)
            """
        )
        guard let row else { throw NotFound(.application, String(id)) }
        return try OAuthApplication(row: row)
    }

    /// The application that calls itself `clientID`; nil when there is none.
    package func application(clientID: String) async throws -> OAuthApplication? {
        try await pool.first(
            "SELECT \(OAuthApplication.columns) FROM app.oauth_application WHERE client_id = \(clientID)"
        ).map(OAuthApplication.init(row:))
    }

    /// Makes an application; `secret` is nil for a public client.
    package func create(
        name: String,
        redirectURIs: [RedirectURI],
        clientID: String,
        secret: TokenSecret?,
        account: Account,
        context: ChangeContext
    ) async throws -> OAuthApplication {
        try await pool.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                INSERT INTO app.oauth_application (account_id, name, client_id, secret_hash, redirect_uris)
                VALUES (\(account.id), \(name), \(clientID), \(secret?.hash.bytes), \(redirectURIs.map(\.text)))
                RETURNING \(OAuthApplication.columns)
                """
            )
            let application = try OAuthApplication(row: rows.only())
            let change = AccountChange(
                "oauth_application.create",
                of: "oauth_application/\(application.id)",
                as: "oauth_application",
                after: application,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return application
        }
    }

    /// Deletes an application of the account with all tokens that it was given.
    ///
    /// - Throws: `NotFound`.
    package func delete(account: Account, id: Int64, context: ChangeContext) async throws {
        try await pool.withTransaction { transaction in
            let row = try await transaction.first(
                """
                DELETE FROM app.oauth_application WHERE account_id = \(account.id) AND id = \(id)
                RETURNING \(OAuthApplication.columns)
                """
            )
            guard let application = try row.map(OAuthApplication.init(row:)) else {
                throw NotFound(.application, String(id))
            }
            let change = AccountChange(
                "oauth_application.delete",
                of: "oauth_application/\(id)",
                as: "oauth_application",
                before: application,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
        }
    }

    /// Keeps what a user has agreed to; only the code's hash is stored.
    package func issue(_ secret: TokenSecret, for code: AuthorizationCode) async throws {
        try await pool.execute(
            """
            INSERT INTO app.oauth_code (code_hash, application_id, account_id, person_id, access, scopes, redirect_uri,
                                        redirect_uri_given, state, code_challenge, expires_at)
            VALUES (\(secret.hash.bytes), \(code.applicationID), \(code.accountID), \(code.userID),
                    \(code.access.rawValue), \(code.scopes?.map(\.description)), \(code.redirectURI),
                    \(code.isURIGiven), \(code.state), \(code.challenge),
                    now() + make_interval(secs => \(Double(Self.codeLifetime))))
            """
        )
    }

    /// Turns a code into a token, once. `check` throws what is wrong with the request; the code stays good then.
    package func redeem(
        _ code: TokenHash,
        of application: OAuthApplication,
        context: ChangeContext,
        check: @Sendable (AuthorizationCode) throws -> Void
    ) async throws -> Redemption {
        try await pool.withTransaction { transaction in
            let row = try await transaction.first(
                """
                SELECT c.account_id, c.person_id, c.access, c.scopes, c.redirect_uri, c.redirect_uri_given, c.state,
                       c.code_challenge, c.token_id, c.used_at IS NOT NULL AS used, c.expires_at <= now() AS ended,
                       NULL::text[] AS record_policy, NULL::text[] AS networks
                FROM app.oauth_code c
                WHERE c.code_hash = \(code.bytes) AND c.application_id = \(application.id) FOR UPDATE OF c
                """
            )
            guard let row else { return .unknown }
            if try row.decode("used") {
                let token: Int64? = try row.decode("token_id")
                try await transaction.execute(
                    "UPDATE app.api_token SET revoked_at = now() WHERE id = \(token) AND revoked_at IS NULL"
                )
                return .reused
            }
            if try row.decode("ended") { return .unknown }
            let grant = try TokenGrant(row: row)
            let granted = AuthorizationCode(
                applicationID: application.id,
                accountID: try row.decode("account_id"),
                userID: try row.decode("person_id"),
                access: grant.access,
                scopes: grant.scopes,
                redirectURI: try row.decode("redirect_uri"),
                isURIGiven: try row.decode("redirect_uri_given"),
                state: try row.decode("state"),
                challenge: try row.decode("code_challenge")
            )
            try check(granted)
            let secret = try await Self.token(granted, application, code, context: context, in: transaction)
            return .token(secret, granted)
        }
    }

    private static func token(
        _ granted: AuthorizationCode,
        _ application: OAuthApplication,
        _ code: TokenHash,
        context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws -> TokenSecret {
        let secret = TokenSecret(.oauth)
        let draft = TokenDraft(
            name: application.name,
            grant: TokenGrant(access: granted.access, scopes: granted.scopes),
            applicationID: application.id
        )
        let token = try await TokenStore.insert(draft, owner: .account(granted.accountID), secret, in: transaction)
        try await transaction.execute(
            "UPDATE app.oauth_code SET used_at = now(), token_id = \(token.id) WHERE code_hash = \(code.bytes)"
        )
        let rows = try await transaction.query(
            "SELECT \(Account.columns) FROM app.account WHERE id = \(granted.accountID)"
        )
        let users = try await transaction.query("SELECT email FROM app.person WHERE id = \(granted.userID)")
        var context = context
        context.actor = .user(id: granted.userID, email: try users.only().decode("email"))
        let change = AccountChange(
            account: try Account(row: rows.only()),
            action: "token.create",
            subject: "token/\(token.id)",
            before: nil,
            after: JSONWriter.text(of: token),
            context: context
        )
        try await AccountBook.record(change, in: transaction)
        return secret
    }
}

extension OAuthApplication {
    static var columns: PostgresQuery {
        "id, account_id, name, client_id, secret_hash, redirect_uris, created_at, updated_at"
    }

    init(row: PostgresRow) throws {
        let hash: [UInt8]? = try row.decode("secret_hash")
        self.init(
            id: try row.decode("id"),
            accountID: try row.decode("account_id"),
            name: try row.decode("name"),
            clientID: try row.decode("client_id"),
            secretHash: hash.flatMap { TokenHash(bytes: $0) },
            redirectURIs: try row.decode("redirect_uris", as: [String].self).compactMap { RedirectURI($0) },
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}
