// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The order of a certificate that takes another one's place.
package struct CertificateRenewal: Hashable, Sendable, JSONWritable {
    package var id: Int64
    package var oldCertificateID: Int64
    /// The certificate that takes its place.
    package var certificate: DomainCertificate
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        oldCertificateID: Int64,
        certificate: DomainCertificate,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.oldCertificateID = oldCertificateID
        self.certificate = certificate
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("old_certificate_id", oldCertificateID)
            json.member("new_certificate_id", certificate.id)
            json.member("state", certificate.state.rawValue)
            json.member("auto_renew", certificate.autoRenew)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}
