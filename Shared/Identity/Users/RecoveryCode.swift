// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A code that replaces a one-time password once, such as `7KD3-MQX2-PAAB-3C7D`: 80 bits of chance in the digits of base 32.
package struct RecoveryCode: Sendable {
    /// Codes that a user is given at a time.
    package static let count = 10

    /// The text to show, once.
    package let text: Secret<String>
    /// All that is kept of it.
    package let hash: TokenHash

    /// A new code from the system's random numbers.
    package init() {
        var random = SystemRandomNumberGenerator()
        let digits = Base32.encode((0..<10).map { _ in UInt8.random(in: 0...255, using: &random) })
        let groups = [digits.prefix(4), digits.dropFirst(4).prefix(4), digits.dropFirst(8).prefix(4), digits.suffix(4)]
        self.text = Secret(groups.joined(separator: "-"))
        self.hash = TokenHash(of: digits.utf8)
    }

    /// The code that somebody typed, in any case and with any spaces and hyphens; nil when it is none.
    package init?(_ text: String) {
        let digits = text.uppercased().filter { $0 != "-" && $0 != " " }
        guard digits.utf8.count == 16, digits.utf8.allSatisfy(Base62.isDigit) else {
            return nil
        }
        self.text = Secret(digits)
        self.hash = TokenHash(of: digits.utf8)
    }
}
