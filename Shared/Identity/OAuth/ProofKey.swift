// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Foundation

/// Proof Key for Code Exchange, method S256 (RFC 7636).
package enum ProofKey {
    /// Whether `text` can be a challenge: the base 64 of a SHA-256 (section 4.2).
    package static func isChallenge(_ text: String) -> Bool {
        text.utf8.count == 43 && text.utf8.allSatisfy { Base62.isDigit($0) || $0 == 0x2D || $0 == 0x5F }
    }

    /// Whether `verifier` is what the challenge was made of (section 4.6).
    package static func matches(verifier: String, challenge: String) -> Bool {
        let isVerifier = verifier.utf8.allSatisfy { Base62.isDigit($0) || [0x2D, 0x2E, 0x5F, 0x7E].contains($0) }
        guard isVerifier, (43...128).contains(verifier.utf8.count) else {
            return false
        }
        return TokenHash(of: self.challenge(of: verifier).utf8) == TokenHash(of: challenge.utf8)
    }

    /// The challenge of a verifier.
    package static func challenge(of verifier: String) -> String {
        Data(SHA256.hash(data: Array(verifier.utf8))).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
