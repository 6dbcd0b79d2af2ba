// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Jobs
import Postgres

/// A certificate as its authority gave it.
package struct IssuedCertificate: Sendable {
    /// In PEM.
    package var leaf: String
    /// Those that lead to its root, in PEM.
    package var issuers: [String]
    /// By which renewals name it (RFC 9773 section 4.1).
    package var renewalIdentifier: String?
    /// Seconds since 1970.
    package var expires: Double
    package var renewal: Double

    package init(leaf: String, issuers: [String], renewalIdentifier: String?, expires: Double, renewal: Double) {
        self.leaf = leaf
        self.issuers = issuers
        self.renewalIdentifier = renewalIdentifier
        self.expires = expires
        self.renewal = renewal
    }
}

extension IssuanceStore {
    /// Renewals that one call makes.
    private static let renewals = 500

    /// Keeps a certificate that was issued, with audit and webhooks; returns whether the claim still held.
    package func issued(_ claimed: ClaimedCertificate, _ issued: IssuedCertificate) async throws -> Bool {
        try await pool.withTransaction { transaction in
            guard try await Self.lock(claimed, in: transaction) else { return false }
            let row = try await transaction.query(
                """
                UPDATE app.certificate
                SET state = 'issued', failure = NULL, order_url = NULL, leaf = \(issued.leaf), issuers = \(issued.issuers),
                    renewal_identifier = \(issued.renewalIdentifier), expires_at = to_timestamp(\(issued.expires)),
                    renew_at = to_timestamp(\(issued.renewal)), updated_at = now()
                WHERE id = \(claimed.id) RETURNING \(DomainCertificate.columns)
                """
            ).only()
            let isRenewal = try await Self.isRenewal(claimed.id, in: transaction) != nil
            try await Self.book(
                isRenewal ? "certificate.reissue" : "certificate.issue",
                try DomainCertificate(row: row),
                in: transaction
            )
            return true
        }
    }

    /// Keeps that a certificate was refused, with audit, and webhooks for one that was renewed by itself; returns whether the
    /// claim still held.
    package func failed(_ claimed: ClaimedCertificate, _ reason: String) async throws -> Bool {
        try await pool.withTransaction { transaction in
            guard try await Self.lock(claimed, in: transaction) else { return false }
            let row = try await transaction.query(
                """
                UPDATE app.certificate SET state = 'failed', failure = left(\(reason), 300), updated_at = now()
                WHERE id = \(claimed.id) RETURNING \(DomainCertificate.columns)
                """
            ).only()
            let isAutomatic = try await Self.isRenewal(claimed.id, in: transaction) ?? false
            try await Self.book(
                isAutomatic ? "certificate.auto_renewal_failed" : "certificate.fail",
                try DomainCertificate(row: row),
                isSilent: !isAutomatic,
                in: transaction
            )
            return true
        }
    }

    /// Has certificates renewed whose time has come, renewals that failed a day ago tried again, and jobs that got lost put
    /// into their queue again; returns how many were started.
    package func renewDue() async throws -> Int {
        var count = 0
        while count < Self.renewals, !Task.isCancelled, try await renewNext() { count += 1 }
        return try await count + retryRenewals() + rescue()
    }

    private func renewNext() async throws -> Bool {
        try await pool.withTransaction { transaction in
            let row = try await transaction.first(
                """
                SELECT \(DomainCertificate.columns) FROM app.certificate AS c
                WHERE auto_renew AND state = 'issued' AND renew_at <= now() AND NOT EXISTS (
                    SELECT FROM app.certificate_renewal AS r JOIN app.certificate AS n ON n.id = r.new_certificate_id
                    WHERE r.old_certificate_id = c.id AND (r.is_automatic OR n.state IN ('requesting', 'issued'))
                )
                ORDER BY renew_at LIMIT 1 FOR UPDATE SKIP LOCKED
                """
            )
            guard let old = try row.map(DomainCertificate.init(row:)) else { return false }
            let certificate = try await NewCertificate(renewing: old).insert(in: transaction)
            try await transaction.execute(
                """
                INSERT INTO app.certificate_renewal (old_certificate_id, new_certificate_id, is_automatic)
                VALUES (\(old.id), \(certificate.id), true)
                """
            )
            _ = try await CertificateRequesting.start(certificate.id, in: transaction)
            return true
        }
    }

    private func retryRenewals() async throws -> Int {
        try await pool.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                SELECT c.id FROM app.certificate AS c JOIN app.certificate_renewal AS r ON r.new_certificate_id = c.id
                WHERE r.is_automatic AND c.state = 'failed' AND c.auto_renew AND c.updated_at < now() - interval '1 day'
                    AND c.updated_at > now() - interval '90 days'
                ORDER BY c.id LIMIT \(Int64(Self.renewals)) FOR UPDATE OF c SKIP LOCKED
                """
            )
            for row in rows { _ = try await CertificateRequesting.start(try row.decode(0), in: transaction) }
            return rows.count
        }
    }

    /// A worker that died in a job's last attempt leaves a certificate that nobody goes for.
    private func rescue() async throws -> Int {
        try await pool.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                SELECT id, requests FROM app.certificate
                WHERE state = 'requesting' AND updated_at < now() - interval '10 minutes'
                ORDER BY updated_at LIMIT \(Int64(Self.renewals))
                """
            )
            let jobs = try rows.map { row in
                try CertificateRequesting.job(try row.decode("id"), requests: try row.decode("requests"))
            }
            return try await JobEnqueue.enqueue(jobs, in: transaction)
        }
    }

    /// Whether a certificate takes another's place, and if so, whether the schedule has made it.
    private static func isRenewal(_ id: Int64, in transaction: PostgresTransaction) async throws -> Bool? {
        try await transaction.first(
            "SELECT is_automatic FROM app.certificate_renewal WHERE new_certificate_id = \(id)"
        )?.decode(0)
    }

    private static func book(
        _ action: String,
        _ certificate: DomainCertificate,
        isSilent: Bool = false,
        in transaction: PostgresTransaction
    ) async throws {
        let domain = try await transaction.query(
            "SELECT name, account_id FROM app.domain WHERE id = \(certificate.domainID)"
        ).only()
        let account = try await transaction.query(
            "SELECT \(Account.columns) FROM app.account WHERE id = \(try domain.decode("account_id", as: Int64.self))"
        ).only()
        let name: String = try domain.decode("name")
        var change = AccountChange(
            action,
            of: "\(name)/certificates/\(certificate.id)",
            as: "certificate",
            after: certificate,
            account: try Account(row: account),
            context: ChangeContext(actor: .platform)
        )
        if isSilent { change.events = [] }
        try await AccountBook.record(change, in: transaction)
    }
}
