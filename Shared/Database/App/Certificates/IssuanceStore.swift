// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
package import Postgres

/// A certificate that a worker has taken in hand.
package struct ClaimedCertificate: Sendable, Hashable {
    package let id: Int64
    /// The common name, then the others.
    package let names: [String]
    /// `ECDSA` or `RSA`.
    package let algorithm: String
    /// The RFC 9773 identifier of the certificate that it takes the place of.
    package let replaces: String?
    /// The certificate's key, once there is one.
    package let sealedKey: [UInt8]?
    /// The order's URL, once there is one.
    package let order: String?
    let account: Int64
    let claim: Int64
}

/// An account at a certificate authority.
package struct AuthorityAccount: Sendable, Hashable {
    package let sealedKey: [UInt8]
    /// The account's URL, once the authority has said it.
    package let url: String?
}

/// How certificates are got, for the workers that do it. What is saved under a claim that another worker has
/// overtaken is void.
package struct IssuanceStore: Sendable {
    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The account at the authority with this directory.
    ///
    /// - Parameter newKey: Kept as the account's key if there is none; of several workers only the first one's is.
    package func account(directory: String, newKey: [UInt8]) async throws -> AuthorityAccount {
        try await pool.execute(
            """
            INSERT INTO app.acme_account (directory, sealed_key) VALUES (\(directory), \(newKey))
            ON CONFLICT DO NOTHING
            """
        )
        let row = try await pool.query(
            "SELECT sealed_key, url FROM app.acme_account WHERE directory = \(directory)"
        ).only()
        return AuthorityAccount(sealedKey: try row.decode(0), url: try row.decode(1))
    }

    /// Keeps the URL that the authority gave the account.
    package func setAccountURL(_ url: String, directory: String) async throws {
        try await pool.execute("UPDATE app.acme_account SET url = \(url) WHERE directory = \(directory)")
    }

    /// Takes a certificate in hand; nil when it is not asked for any more.
    package func claim(_ id: Int64) async throws -> ClaimedCertificate? {
        let row = try await pool.query(
            """
            UPDATE app.certificate AS c SET claim = claim + 1 FROM app.domain AS d
            WHERE c.id = \(id) AND c.state = 'requesting' AND d.id = c.domain_id
            RETURNING c.names, c.algorithm, c.replaces, c.sealed_key, c.order_url, c.claim, d.account_id
            """
        ).first
        guard let row else { return nil }
        return ClaimedCertificate(
            id: id,
            names: try row.decode("names"),
            algorithm: try row.decode("algorithm"),
            replaces: try row.decode("replaces"),
            sealedKey: try row.decode("sealed_key"),
            order: try row.decode("order_url"),
            account: try row.decode("account_id"),
            claim: try row.decode("claim")
        )
    }

    /// Whether the claim still holds.
    package func holds(_ claimed: ClaimedCertificate) async throws -> Bool {
        try await pool.first(
            """
            SELECT id FROM app.certificate
            WHERE id = \(claimed.id) AND claim = \(claimed.claim) AND state = 'requesting'
            """
        ) != nil
    }

    /// Keeps how far a certificate has come.
    ///
    /// - Parameters:
    ///   - sealedKey: Of the certificate.
    ///   - request: The key's signing request in PEM.
    ///   - order: The order's URL.
    /// - Returns: whether the claim still holds; if not, nothing is kept.
    package func save(
        _ claimed: ClaimedCertificate,
        sealedKey: [UInt8],
        request: String,
        order: String?
    ) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE app.certificate
            SET sealed_key = \(sealedKey), csr = \(request), order_url = \(order), updated_at = now()
            WHERE id = \(claimed.id) AND claim = \(claimed.claim) AND state = 'requesting'
            """
        ) > 0
    }

    /// Notes for the customer why it takes longer.
    package func delayed(_ claimed: ClaimedCertificate, _ reason: String) async throws {
        try await pool.execute(
            """
            UPDATE app.certificate SET failure = left(\(reason), 300), updated_at = now()
            WHERE id = \(claimed.id) AND claim = \(claimed.claim) AND state = 'requesting'
            """
        )
    }
}
