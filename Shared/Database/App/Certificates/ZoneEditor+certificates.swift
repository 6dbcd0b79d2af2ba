// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Jobs
import Postgres

extension ZoneEditor {
    /// Certificates of one domain that may wait for their issue.
    private static let maximumOpen = 20

    /// Books a certificate for a domain; nothing is asked for yet.
    ///
    /// - Parameters:
    ///   - name: As the customer gave it.
    ///   - names: Checks the names, once the domain is known.
    ///   - algorithm: `ECDSA` or `RSA`.
    /// - Throws: `NotFound` (domain), `ValidationErrors`, `FeatureUnavailable` where no worker has an account at an authority.
    package func purchaseCertificate(
        account: Account,
        domain identifier: ResourceIdentifier,
        name: String?,
        alternateNames: [String],
        algorithm: String,
        autoRenew: Bool,
        context: ChangeContext
    ) async throws -> DomainCertificate {
        try await change { transaction in
            let domain = try await DomainScope.lock(identifier, account: account.id, in: transaction)
            try await Self.requireAuthority(in: transaction)
            guard let zone = ZoneName(stored: domain.name) else {
                throw PostgresError(.decoding, message: "column name does not hold a domain name")
            }
            let names = try CertificateNames(name: name, alternateNames: alternateNames, domain: zone)
            let draft = NewCertificate(
                domain: domain.id,
                name: name ?? "www",
                names: names.all,
                algorithm: algorithm,
                autoRenew: autoRenew
            )
            let certificate = try await Self.insert(draft, in: transaction)
            try await Self.book("certificate.create", certificate, of: domain, account, context, in: transaction)
            return certificate
        }
    }

    /// Has a certificate issued that was bought, or whose issue failed. One that is under way or issued stays as it is.
    ///
    /// - Throws: `NotFound` (domain, certificate).
    package func issueCertificate(
        account: Account,
        domain identifier: ResourceIdentifier,
        id: Int64,
        context: ChangeContext
    ) async throws -> DomainCertificate {
        try await change { transaction in
            let domain = try await DomainScope.lock(identifier, account: account.id, in: transaction)
            return try await Self.issue(id, of: domain, account: account, context: context, in: transaction)
        }
    }

    /// Books a certificate for the same names that takes the place of an issued one.
    ///
    /// - Parameters:
    ///   - autoRenew: nil leaves it as it was.
    ///   - algorithm: nil leaves it as it was.
    /// - Throws: `NotFound` (domain, certificate), `ValidationErrors` for one that is not issued.
    package func purchaseRenewal(
        account: Account,
        domain identifier: ResourceIdentifier,
        id: Int64,
        algorithm: String?,
        autoRenew: Bool?,
        context: ChangeContext
    ) async throws -> CertificateRenewal {
        try await change { transaction in
            let domain = try await DomainScope.lock(identifier, account: account.id, in: transaction)
            let old = try await DomainCertificate.find(id, of: domain.id, locked: true, in: transaction)
            try await Self.requireAuthority(in: transaction)
            guard old.state == .issued else {
                throw ValidationErrors("base", "Only a certificate that is issued can be renewed")
            }
            var draft = NewCertificate(renewing: old)
            draft.algorithm = algorithm ?? old.algorithm
            draft.autoRenew = autoRenew ?? old.autoRenew
            let renewal = try await Self.insertRenewal(draft, of: old, isAutomatic: false, in: transaction)
            try await Self.book(
                "certificate_renewal.create",
                renewal.certificate,
                of: domain,
                account,
                context,
                in: transaction
            )
            return renewal
        }
    }

    /// Has the certificate of a renewal issued; see ``issueCertificate(account:domain:id:context:)``.
    ///
    /// - Throws: `NotFound` (domain, certificate) also where the renewal is none of the certificate's.
    package func issueRenewal(
        account: Account,
        domain identifier: ResourceIdentifier,
        id: Int64,
        renewal: Int64,
        context: ChangeContext
    ) async throws -> DomainCertificate {
        try await change { transaction in
            let domain = try await DomainScope.lock(identifier, account: account.id, in: transaction)
            let row = try await transaction.first(
                """
                SELECT new_certificate_id FROM app.certificate_renewal
                WHERE id = \(renewal) AND old_certificate_id = \(id)
                """
            )
            guard let new: Int64 = try row?.decode(0) else { throw NotFound(.certificate, String(renewal)) }
            return try await Self.issue(new, of: domain, account: account, context: context, in: transaction)
        }
    }

    private static func issue(
        _ id: Int64,
        of domain: HostedDomain,
        account: Account,
        context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws -> DomainCertificate {
        let certificate = try await DomainCertificate.find(id, of: domain.id, locked: true, in: transaction)
        switch certificate.state {
        case .requesting, .issued:
            return certificate
        case .new, .failed:
            let asked = try await CertificateRequesting.start(id, in: transaction)
            try await book("certificate.request", asked, of: domain, account, context, in: transaction)
            return asked
        }
    }

    private static func insert(
        _ draft: NewCertificate,
        in transaction: PostgresTransaction
    ) async throws -> DomainCertificate {
        let open: Int = try await transaction.query(
            """
            SELECT count(*) FROM app.certificate WHERE domain_id = \(draft.domain) AND state IN ('new', 'requesting')
            """
        ).only().decode(0)
        guard open < maximumOpen else {
            throw ValidationErrors("base", "A domain can have at most \(maximumOpen) certificates that are not issued")
        }
        return try await draft.insert(in: transaction)
    }

    private static func insertRenewal(
        _ draft: NewCertificate,
        of old: DomainCertificate,
        isAutomatic: Bool,
        in transaction: PostgresTransaction
    ) async throws -> CertificateRenewal {
        let certificate = try await insert(draft, in: transaction)
        let row = try await transaction.query(
            """
            INSERT INTO app.certificate_renewal (old_certificate_id, new_certificate_id, is_automatic)
            VALUES (\(old.id), \(certificate.id), \(isAutomatic)) RETURNING id, created_at, updated_at
            """
        ).only()
        return CertificateRenewal(
            id: try row.decode("id"),
            oldCertificateID: old.id,
            certificate: certificate,
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }

    /// Workers with an account at an authority write it down when they start.
    private static func requireAuthority(in transaction: PostgresTransaction) async throws {
        guard try await transaction.first("SELECT directory FROM app.acme_account LIMIT 1") != nil else {
            throw FeatureUnavailable("Certificates are not issued by this platform")
        }
    }

    private static func book(
        _ action: String,
        _ certificate: DomainCertificate,
        of domain: HostedDomain,
        _ account: Account,
        _ context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws {
        let change = AccountChange(
            account: account,
            action: action,
            subject: "\(domain.name)/certificates/\(certificate.id)",
            after: JSONWriter.text(of: certificate),
            context: context
        )
        try await AccountBook.record(change, in: transaction)
    }
}
