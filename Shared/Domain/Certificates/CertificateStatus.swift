// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where a certificate stands, and why it is not further: what the API's own form of it has no room for.
package struct CertificateStatus: Hashable, Sendable, JSONWritable {
    package let certificate: DomainCertificate

    package init(certificate: DomainCertificate) {
        self.certificate = certificate
    }

    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", certificate.id)
            json.member("state", certificate.state.rawValue)
            json.member("failure", certificate.failure)
            json.member("auto_renew", certificate.autoRenew)
            json.member("renew_at", certificate.autoRenew ? certificate.renewAt : nil)
            json.member("expires_at", certificate.expiresAt)
            json.member("updated_at", certificate.updatedAt)
        }
    }
}
