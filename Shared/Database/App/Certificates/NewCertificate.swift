// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Jobs
import Postgres

/// A certificate that is about to be booked.
struct NewCertificate: Sendable {
    var domain: Int64
    var name: String
    var names: [String]
    var algorithm: String
    var autoRenew: Bool
    /// The certificate that it takes the place of.
    var replaces: Int64?

    init(domain: Int64, name: String, names: [String], algorithm: String, autoRenew: Bool) {
        self.domain = domain
        self.name = name
        self.names = names
        self.algorithm = algorithm
        self.autoRenew = autoRenew
    }

    /// One for the same names.
    init(renewing old: DomainCertificate) {
        self.init(
            domain: old.domainID,
            name: old.name,
            names: old.names,
            algorithm: old.algorithm,
            autoRenew: old.autoRenew
        )
        replaces = old.id
    }

    /// Writes it down as new.
    func insert(in transaction: PostgresTransaction) async throws -> DomainCertificate {
        let row = try await transaction.query(
            """
            INSERT INTO app.certificate (domain_id, name, names, algorithm, auto_renew, replaces)
            VALUES (\(domain), \(name), \(names), \(algorithm), \(autoRenew),
                (SELECT renewal_identifier FROM app.certificate WHERE id = \(replaces)::bigint))
            RETURNING \(DomainCertificate.columns)
            """
        ).only()
        return try DomainCertificate(row: row)
    }
}

/// Has workers go for a certificate.
enum CertificateRequesting {
    /// Makes a certificate one that is asked for, with a key and an order of its own, and puts the job into its queue.
    static func start(_ id: Int64, in transaction: PostgresTransaction) async throws -> DomainCertificate {
        let row = try await transaction.query(
            """
            UPDATE app.certificate
            SET state = 'requesting', failure = NULL, order_url = NULL, sealed_key = NULL, csr = NULL,
                requests = requests + 1, claim = claim + 1, updated_at = now()
            WHERE id = \(id) RETURNING requests, \(DomainCertificate.columns)
            """
        ).only()
        let job = try job(id, requests: try row.decode("requests"))
        try await JobEnqueue.enqueue([job], in: transaction)
        return try DomainCertificate(row: row)
    }

    /// The job that goes for a certificate: one for each time that it was asked for.
    static func job(_ id: Int64, requests: Int64) throws -> NewJob {
        try NewJob(IssueCertificate(certificateID: id), uniqueKey: "\(id)-\(requests)")
    }
}
