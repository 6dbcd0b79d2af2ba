// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// An account that the operator has at a certificate authority outside ACME (RFC 8555 section 7.3.4).
package struct ExternalAccountBinding: Sendable, Equatable {
    /// The key identifier that the authority gave.
    package let identifier: String
    let secret: [UInt8]

    /// - Parameter secret: The authority's key in base64url; nil is returned for anything else.
    package init?(identifier: String, secret: String) {
        guard !identifier.isEmpty, let octets = Base64URL.decode(secret), !octets.isEmpty else { return nil }
        self.identifier = identifier
        self.secret = octets
    }
}
