// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The order of a certificate, as the API shows it: it has the certificate's id.
package struct CertificatePurchase: Hashable, Sendable, JSONWritable {
    package let certificate: DomainCertificate

    package init(certificate: DomainCertificate) {
        self.certificate = certificate
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", certificate.id)
            json.member("certificate_id", certificate.id)
            json.member("state", certificate.state.rawValue)
            json.member("auto_renew", certificate.autoRenew)
            json.member("created_at", certificate.createdAt)
            json.member("updated_at", certificate.updatedAt)
        }
    }
}
