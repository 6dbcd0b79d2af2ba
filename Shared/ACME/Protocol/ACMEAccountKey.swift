// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Foundation

/// The key of an account at an ACME server: ECDSA P-256, which signs every request (RFC 8555 section 6.2).
package struct ACMEAccountKey: Sendable {
    private let key: P256.Signing.PrivateKey

    /// A new key.
    package init() {
        key = P256.Signing.PrivateKey()
    }

    /// The key that `pem` holds.
    ///
    /// - Throws: when it holds none of this kind.
    package init(pem: String) throws {
        key = try P256.Signing.PrivateKey(pemRepresentation: pem)
    }

    /// The key in PEM form: to be kept sealed.
    package var pem: String { key.pemRepresentation }

    /// The public key as a JSON Web Key, members in the order that RFC 7638 section 3 hashes.
    var webKey: String {
        // Uncompressed point: an octet 4, then x and y of 32 octets each.
        let point = Array(key.publicKey.x963Representation)
        let x = Base64URL.encode(point[1..<33])
        let y = Base64URL.encode(point[33..<65])
        return #"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#
    }

    /// The thumbprint of the public key (RFC 7638).
    var thumbprint: String {
        Base64URL.encode(SHA256.hash(data: Array(webKey.utf8)))
    }

    /// What a challenge of DNS-01 wants to see as TXT record at `_acme-challenge` (RFC 8555 sections 8.1 and 8.4).
    package func dnsProof(token: String) -> String {
        Base64URL.encode(SHA256.hash(data: Array("\(token).\(thumbprint)".utf8)))
    }

    /// An ES256 signature: r and s, 32 octets each (RFC 7518 section 3.4).
    func sign(_ bytes: [UInt8]) throws -> [UInt8] {
        Array(try key.signature(for: bytes).rawRepresentation)
    }
}
