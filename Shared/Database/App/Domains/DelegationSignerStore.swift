// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// The delegation signer records of an account's domains: kept for their owners, who hand them to the parent's registry.
package struct DelegationSignerStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of a domain's records; by id unless `sort` says otherwise.
    ///
    /// - Throws: `NotFound` (domain).
    package func list(
        account: Int64,
        domain: ResourceIdentifier,
        sort: [Sort<DelegationSignerSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<DelegationSigner> {
        let domain = try await DomainScope.domain(domain, account: account, in: pool)
        return try await DelegationSigner.page(page, of: domain.id, sort: sort, otherwise: .id, in: pool)
    }

    /// A record of a domain.
    ///
    /// - Throws: `NotFound` (domain, record).
    package func signer(account: Int64, domain: ResourceIdentifier, id: Int64) async throws -> DelegationSigner {
        let domain = try await DomainScope.domain(domain, account: account, in: pool)
        return try await DelegationSigner.find(id, of: domain.id, in: pool)
    }

    /// Adds a record to a domain.
    ///
    /// - Throws: `NotFound` (domain), `ValidationErrors`.
    package func create(
        account: Account,
        domain: ResourceIdentifier,
        _ data: DelegationSignerData,
        context: ChangeContext
    ) async throws -> DelegationSigner {
        try await pool.withTransaction { transaction in
            let domain = try await DomainScope.lock(domain, account: account.id, in: transaction)
            let data = try data.validated()
            let row = try await transaction.first(
                """
                INSERT INTO app.delegation_signer (domain_id, algorithm, digest, digest_type, keytag, public_key)
                VALUES (\(domain.id), \(data.algorithm), \(data.digest), \(data.digestType), \(data.keytag),
                        \(data.publicKey))
                ON CONFLICT DO NOTHING
                RETURNING \(DelegationSigner.columns)
                """
            )
            guard let signer = try row.map(DelegationSigner.init(row:)) else {
                throw ValidationErrors("base", "Delegation signer record already exists")
            }
            try await AccountBook.record(
                AccountChange(
                    account: account,
                    action: "delegation_signer.create",
                    subject: "\(domain.name)/ds_records/\(signer.id)",
                    after: JSONWriter.text(of: signer),
                    context: context
                ),
                in: transaction
            )
            return signer
        }
    }

    /// Deletes a record of a domain.
    ///
    /// - Throws: `NotFound` (domain, record).
    package func delete(
        account: Account,
        domain: ResourceIdentifier,
        id: Int64,
        context: ChangeContext
    ) async throws {
        try await pool.withTransaction { transaction in
            let domain = try await DomainScope.lock(domain, account: account.id, in: transaction)
            let signer = try await DelegationSigner.remove(id, of: domain.id, in: transaction)
            try await AccountBook.record(
                AccountChange(
                    account: account,
                    action: "delegation_signer.delete",
                    subject: "\(domain.name)/ds_records/\(signer.id)",
                    before: JSONWriter.text(of: signer),
                    context: context
                ),
                in: transaction
            )
        }
    }
}

extension DelegationSigner: OwnedRow {
    static var table: PostgresQuery { "app.delegation_signer" }
    static var ownerColumn: PostgresQuery { "domain_id" }
    static var notFoundKind: NotFound.Kind { .delegationSigner }

    static var columns: PostgresQuery {
        "id, domain_id, algorithm, digest, digest_type, keytag, public_key, created_at, updated_at"
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            domainID: try row.decode("domain_id"),
            data: DelegationSignerData(
                algorithm: try row.decode("algorithm"),
                digest: try row.decode("digest"),
                digestType: try row.decode("digest_type"),
                keytag: try row.decode("keytag"),
                publicKey: try row.decode("public_key")
            ),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}
