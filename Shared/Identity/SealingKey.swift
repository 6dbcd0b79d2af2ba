// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Foundation

/// Seals what must be kept but not read by who has only the database: AES-256-GCM, with the owner bound to it.
package struct SealingKey: Sendable {
    private let key: SymmetricKey

    /// The key that `text` holds as 64 hexadecimal digits; nil when it holds none.
    package init?(hexadecimal text: String) {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == 64, text.utf8.count == 64 else {
            return nil
        }
        self.key = SymmetricKey(data: stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }

    /// `bytes`, sealed for `owner`: nonce, text and tag.
    package func seal(_ bytes: [UInt8], for owner: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(bytes, using: key, authenticating: Array(owner.utf8))
        return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// What was sealed for `owner`.
    ///
    /// - Throws: when it was sealed with another key, for another owner, or has been changed.
    package func open(_ sealed: [UInt8], for owner: String) throws -> [UInt8] {
        Array(try AES.GCM.open(try AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Array(owner.utf8)))
    }
}
