// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Foundation

/// A request's body as flattened JSON Web Signature (RFC 7515 section 7.2.2, RFC 8555 section 6.2).
struct SignedRequest: Encodable {
    /// Who signs: by the account's URL, or, as long as there is none, by the public key itself.
    enum Signer {
        case account(String)
        case key
    }

    let protected: String
    let payload: String
    let signature: String

    private struct Header: Encodable {
        let alg: String
        var nonce: String?
        let url: String
        let kid: String
    }

    /// - Parameter payload: JSON; empty for what RFC 8555 section 6.3 calls POST-as-GET.
    init(url: String, nonce: String, payload: [UInt8], signer: Signer, key: ACMEAccountKey) throws {
        let header: [UInt8]
        switch signer {
        case .account(let account):
            header = try Self.json(Header(alg: "ES256", nonce: nonce, url: url, kid: account))
        case .key:
            // The key's members are base64url, a nonce too (section 6.5.1); the URL is encoded as JSON asks.
            let url = String(decoding: try Self.json(url), as: UTF8.self)
            let nonce = String(decoding: try Self.json(nonce), as: UTF8.self)
            header = Array(#"{"alg":"ES256","nonce":\#(nonce),"url":\#(url),"jwk":\#(key.webKey)}"#.utf8)
        }
        protected = Base64URL.encode(header)
        self.payload = Base64URL.encode(payload)
        signature = Base64URL.encode(try key.sign(Array("\(protected).\(self.payload)".utf8)))
    }

    /// The proof that an account elsewhere at the certificate authority wants this key (RFC 8555 section 7.3.4).
    init(binding: ExternalAccountBinding, url: String, key: ACMEAccountKey) throws {
        protected = Base64URL.encode(try Self.json(Header(alg: "HS256", url: url, kid: binding.identifier)))
        payload = Base64URL.encode(Array(key.webKey.utf8))
        let text = Array("\(protected).\(payload)".utf8)
        signature = Base64URL.encode(
            HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: binding.secret))
        )
    }

    static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}
