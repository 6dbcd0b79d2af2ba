// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto

/// Time-based one-time passwords (RFC 6238): six digits of HMAC-SHA-1, a new code every 30 seconds.
package struct OneTimeCode: Sendable {
    /// Seconds that a code is shown.
    package static let period: Int64 = 30
    private static let digits = 6

    /// 20 octets, as RFC 4226 section 4 recommends.
    package let secret: Secret<[UInt8]>

    /// A new secret from the system's random numbers.
    package init() {
        var random = SystemRandomNumberGenerator()
        self.init(secret: (0..<20).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    package init(secret: [UInt8]) {
        self.secret = Secret(secret)
    }

    /// The step that `code` belongs to when it is good at `now` (Unix seconds) and later than `lastStep`: a code is good
    /// once. The clocks may be a step apart.
    package func step(of code: String, now: Int64, after lastStep: Int64) -> Int64? {
        let current = now / Self.period
        var found: Int64?
        // All three are computed whatever the first gives: the time tells nothing.
        for step in [current - 1, current, current + 1] where Self.isEqual(self.code(step: step), code) {
            if step > lastStep {
                found = step
            }
        }
        return found
    }

    /// The code of a step.
    package func code(step: Int64) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> ((7 - $0) * 8)) }
        let key = SymmetricKey(data: secret.reveal())
        let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: key))
        let offset = Int(mac[mac.count - 1] & 0xF)
        let number = mac[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: Self.digits - text.count) + text
    }

    /// The secret in base 32 without padding (RFC 4648 section 6), as people type it.
    package var text: Secret<String> {
        Secret(Base32.encode(secret.reveal()))
    }

    /// The URI that authenticators read from a QR code.
    package func uri(email: String) -> Secret<String> {
        let label = email.utf8.map { byte in
            Base62.isDigit(byte) || byte == UInt8(ascii: "@") || byte == UInt8(ascii: ".")
                ? String(UnicodeScalar(byte)) : "%" + Self.hexadecimal(byte)
        }.joined()
        return Secret("otpauth://totp/Zonewright:\(label)?secret=\(text.reveal())&issuer=Zonewright")
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16, uppercase: true)
        return text.count == 1 ? "0" + text : text
    }

    private static func isEqual(_ left: String, _ right: String) -> Bool {
        ConstantTime.areEqual(Array(left.utf8), Array(right.utf8))
    }
}
