// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A certificate for hosts of a domain, from the moment it is asked for.
package struct DomainCertificate: Hashable, Sendable {
    /// How far it has come, as the API names it.
    package enum State: String, Sendable {
        /// Bought, and not asked for yet.
        case new
        /// Asked for: a worker sees to it.
        case requesting
        /// Here it is.
        case issued
        /// The certificate authority refused, or could not be reached for very long.
        case failed
    }

    package var id: Int64
    package var domainID: Int64
    /// As asked for, relative to the domain; empty for the domain itself.
    package var name: String
    /// The common name, then the others.
    package var names: [String]
    /// Of its key: `ECDSA` or `RSA`.
    package var algorithm: String
    package var autoRenew: Bool
    package var state: State
    /// What the last attempt ended with, while it is not issued.
    package var failure: String?
    /// The signing request in PEM, once there is a key.
    package var request: String?
    /// The certificate in PEM, once it is issued.
    package var leaf: String?
    /// Those that lead to its root, in PEM.
    package var issuers: [String]
    package var expiresAt: Timestamp?
    /// When it is renewed, if it is to be.
    package var renewAt: Timestamp?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    /// What the keys of certificates are sealed as: one certificate's is none of another.
    package static func keyPurpose(_ id: Int64) -> String { "certificate.key:\(id)" }

    package init(
        id: Int64,
        domainID: Int64,
        name: String,
        names: [String],
        algorithm: String,
        autoRenew: Bool,
        state: State,
        failure: String?,
        request: String?,
        leaf: String?,
        issuers: [String],
        expiresAt: Timestamp?,
        renewAt: Timestamp?,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.domainID = domainID
        self.name = name
        self.names = names
        self.algorithm = algorithm
        self.autoRenew = autoRenew
        self.state = state
        self.failure = failure
        self.request = request
        self.leaf = leaf
        self.issuers = issuers
        self.expiresAt = expiresAt
        self.renewAt = renewAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What certificates can be sorted by.
package enum CertificateSortField: String, SortField {
    case id
    case commonName = "common_name"
    case expiration
}

extension DomainCertificate: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("domain_id", domainID)
            json.member("name", name)
            json.member("common_name", names.first ?? "")
            // Of no meaning any more, and read by clients.
            json.member("years", 1)
            json.member("csr", request)
            json.member("state", state.rawValue)
            json.member("auto_renew", autoRenew)
            json.member("alternate_names", Array(names.dropFirst()))
            json.member("authority_identifier", "letsencrypt")
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
            json.member("expires_at", expiresAt)
            json.member("expires_on", expiresAt.map { String($0.iso8601.prefix(10)) })
        }
    }
}
