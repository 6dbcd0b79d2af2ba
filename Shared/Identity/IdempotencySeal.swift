// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto

/// Ties what is kept for an Idempotency-Key to the token it came with.
///
/// Answers may hold secrets that are shown once, such as a new token. So they are kept encrypted under a key that is
/// made from the client's token, of which the database has the hash only: nobody but the client can have them opened.
package struct IdempotencySeal: Sendable {
    /// Whose key it is: 32 octets that tell nothing about the token.
    package let scope: [UInt8]
    private let secret: SymmetricKey

    /// - Parameters:
    ///   - token: the text of the token, which must not be guessable.
    ///   - key: the value of the header field.
    package init(token: String, key: String) {
        let material = SymmetricKey(data: Array(token.utf8))
        let label = Array("zonewright idempotency scope".utf8)
        self.scope = Array(HMAC<SHA256>.authenticationCode(for: label, using: material))
        self.secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material,
            salt: Array(key.utf8),
            info: Array("zonewright idempotency answer".utf8),
            outputByteCount: 32
        )
    }

    /// What tells one request from another, 32 octets.
    package static func fingerprint(method: String, target: String, body: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        // Neither a method nor a target holds a line feed.
        hash.update(data: Array("\(method)\n\(target)\n".utf8))
        hash.update(data: body)
        return Array(hash.finalize())
    }

    /// `body`, encrypted with AES-GCM under a random nonce, which stands before it.
    ///
    /// - Throws: what the cryptographic library does, which for this key and nonce is nothing.
    package func seal(_ body: [UInt8]) throws -> [UInt8] {
        let box = try AES.GCM.seal(body, using: secret)
        return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// What `seal` was given.
    ///
    /// - Throws: when `sealed` comes from another token or key, or was changed.
    package func open(_ sealed: [UInt8]) throws -> [UInt8] {
        Array(try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: secret))
    }
}
