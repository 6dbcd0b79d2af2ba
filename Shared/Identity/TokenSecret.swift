// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The text of an API token: `zw_a_`, 30 random base-62 digits and 6 digits of their CRC-32. Shown once, never stored.
package struct TokenSecret: Sendable {
    /// What the text starts with; `a` stands for an account's token.
    package static let prefix = "zw_a_"
    private static let randomDigits = 30
    private static let checksumDigits = 6

    /// The text to hand to the client.
    package let text: Secret<String>
    /// What the database knows the token by.
    package let hash: TokenHash

    /// A new token from the system's random numbers.
    package init() {
        var random = SystemRandomNumberGenerator()
        self.init(using: &random)
    }

    /// A new token from `random`.
    package init(using random: inout some RandomNumberGenerator) {
        let body = Array(Self.prefix.utf8) + Base62.random(Self.randomDigits, using: &random)
        self.init(checked: body + Self.checksum(of: body))
    }

    /// The token a client sent, or nil when it is mistyped or no token at all: no look-up is needed to know.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let prefix = Array(Self.prefix.utf8)
        guard bytes.count == prefix.count + Self.randomDigits + Self.checksumDigits, bytes.starts(with: prefix),
            bytes.dropFirst(prefix.count).allSatisfy(Base62.isDigit),
            Self.checksum(of: bytes.dropLast(Self.checksumDigits)) == Array(bytes.suffix(Self.checksumDigits))
        else {
            return nil
        }
        self.init(checked: bytes)
    }

    private init(checked bytes: [UInt8]) {
        self.text = Secret(String(decoding: bytes, as: UTF8.self))
        self.hash = TokenHash(of: bytes)
    }

    private static func checksum(of body: some Sequence<UInt8>) -> [UInt8] {
        Base62.encode(CRC32.checksum(body), width: checksumDigits)
    }
}
