// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// An order for a certificate (RFC 8555 section 7.1.3).
package struct ACMEOrder: Sendable, Equatable {
    /// The states of section 7.1.6.
    package enum Status: String, Sendable, Decodable {
        case pending, ready, processing, valid, invalid
    }

    struct Body: Decodable {
        let status: Status
        let identifiers: [ACMEIdentifier]
        let authorizations: [String]
        let finalize: String
        let certificate: String?
        let error: ACMEProblem?
    }

    /// Its URL.
    package let url: String
    /// Where it stands.
    package let status: Status
    /// What it is for.
    package let identifiers: [ACMEIdentifier]
    /// The URLs of its authorizations.
    package let authorizations: [String]
    let finalize: String
    /// Where the certificate is, once the order is valid.
    package let certificate: String?
    /// Why it is invalid.
    package let error: ACMEProblem?
    /// When the server wants to be asked again.
    package let retryAfter: Duration?

    init(url: String, _ body: Body, retryAfter: Duration?) {
        self.url = url
        status = body.status
        identifiers = body.identifiers
        authorizations = body.authorizations
        finalize = body.finalize
        certificate = body.certificate
        error = body.error
        self.retryAfter = retryAfter
    }
}
