// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The text of a token: a prefix that tells its kind, 30 random base-62 digits and 6 digits of their CRC-32. Shown once,
/// never stored.
package struct TokenSecret: Sendable {
    /// What a secret is for; the raw value is the prefix of its text.
    package enum Kind: String, CaseIterable, Sendable {
        case account = "zw_a_"
        case user = "zw_u_"
        /// A token that was given to an application.
        case oauth = "zw_o_"
        /// A session of a browser.
        case session = "zw_s_"
        /// An authorization code.
        case code = "zw_c_"
        /// What a confidential client proves itself by.
        case client = "zw_x_"
    }

    private static let randomDigits = 30
    private static let checksumDigits = 6

    /// The text to hand to the client.
    package let text: Secret<String>
    /// What the database knows the token by.
    package let hash: TokenHash
    /// What it is for.
    package let kind: Kind

    /// A new secret from the system's random numbers.
    package init(_ kind: Kind = .account) {
        var random = SystemRandomNumberGenerator()
        self.init(kind, using: &random)
    }

    /// A new secret from `random`.
    package init(_ kind: Kind = .account, using random: inout some RandomNumberGenerator) {
        let body = Array(kind.rawValue.utf8) + Base62.random(Self.randomDigits, using: &random)
        self.init(checked: body + Self.checksum(of: body), kind)
    }

    /// The token a client sent, or nil when it is mistyped or no token at all: no look-up is needed to know.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let kind = Kind.allCases.first(where: { bytes.starts(with: $0.rawValue.utf8) }),
            bytes.count == kind.rawValue.utf8.count + Self.randomDigits + Self.checksumDigits,
            bytes.dropFirst(kind.rawValue.utf8.count).allSatisfy(Base62.isDigit),
            Self.checksum(of: bytes.dropLast(Self.checksumDigits)) == Array(bytes.suffix(Self.checksumDigits))
        else {
            return nil
        }
        self.init(checked: bytes, kind)
    }

    /// What a page of a session sends with its requests, to show that they are its own: derived from the secret, which
    /// pages cannot read.
    package var csrfToken: String {
        TokenHash(of: Array("csrf:".utf8) + Array(text.reveal().utf8)).bytes.map { byte in
            String(byte >> 4, radix: 16) + String(byte & 0xF, radix: 16)
        }.joined()
    }

    /// Whether `text` is the session's `csrfToken`, in a time that does not depend on where the two differ.
    package func isCSRFToken(_ text: String) -> Bool {
        TokenHash(of: text.utf8) == TokenHash(of: csrfToken.utf8)
    }

    private init(checked bytes: [UInt8], _ kind: Kind) {
        self.kind = kind
        self.text = Secret(String(decoding: bytes, as: UTF8.self))
        self.hash = TokenHash(of: bytes)
    }

    private static func checksum(of body: some Sequence<UInt8>) -> [UInt8] {
        Base62.encode(CRC32.checksum(body), width: checksumDigits)
    }
}
