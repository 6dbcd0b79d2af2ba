// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Reads the certificates of an account's domains.
package struct CertificateStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of a domain's certificates; by id unless `sort` says otherwise.
    ///
    /// - Throws: `NotFound` (domain).
    package func list(
        account: Int64,
        domain: ResourceIdentifier,
        sort: [Sort<CertificateSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<DomainCertificate> {
        let domain = try await DomainScope.domain(domain, account: account, in: pool)
        return try await Listing.page(
            page,
            of: DomainCertificate.columns,
            from: DomainCertificate.table,
            where: ["domain_id = \(domain.id)"],
            orderBy: Listing.order(sort, otherwise: .id) { field in
                switch field {
                case .id: "id"
                case .commonName: "names[1]"
                case .expiration: "expires_at"
                }
            },
            in: pool,
            decode: DomainCertificate.init(row:)
        )
    }

    /// A certificate of a domain.
    ///
    /// - Throws: `NotFound` (domain, certificate).
    package func certificate(account: Int64, domain: ResourceIdentifier, id: Int64) async throws -> DomainCertificate {
        let domain = try await DomainScope.domain(domain, account: account, in: pool)
        return try await DomainCertificate.find(id, of: domain.id, in: pool)
    }

    /// The sealed key of a certificate that is issued; nil when it is not, or has no key here.
    ///
    /// - Throws: `NotFound` (domain, certificate).
    package func sealedKey(account: Int64, domain: ResourceIdentifier, id: Int64) async throws -> [UInt8]? {
        let certificate = try await certificate(account: account, domain: domain, id: id)
        guard certificate.state == .issued else { return nil }
        return try await pool.first("SELECT sealed_key FROM app.certificate WHERE id = \(id)")?.decode(0)
    }
}
