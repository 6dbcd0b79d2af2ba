// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto

/// The SHA-256 of a token's text: all that is stored of it. The token has 178 bits of chance, so no salt is needed.
package struct TokenHash: Hashable, Sendable {
    /// 32 octets.
    package let bytes: [UInt8]

    /// The hash of a token's text.
    init(of text: some Sequence<UInt8>) {
        self.bytes = Array(SHA256.hash(data: Array(text)))
    }

    /// A stored hash, or nil when it has not 32 octets.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else {
            return nil
        }
        self.bytes = bytes
    }

    /// Compares in a time that does not depend on where the two differ.
    package static func == (left: TokenHash, right: TokenHash) -> Bool {
        ConstantTime.areEqual(left.bytes, right.bytes)
    }
}
