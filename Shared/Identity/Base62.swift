// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Numbers in the digits 0–9, A–Z, a–z: letters and digits only, so that a double-click takes a token whole.
enum Base62 {
    static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    /// `value` in exactly `width` digits; higher digits are dropped.
    static func encode(_ value: UInt32, width: Int) -> [UInt8] {
        var rest = value
        var text = [UInt8](repeating: digits[0], count: width)
        for index in text.indices.reversed() {
            text[index] = digits[Int(rest % 62)]
            rest /= 62
        }
        return text
    }

    /// `count` digits, each equally likely.
    static func random(_ count: Int, using random: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<count).map { _ in digits[Int.random(in: 0..<62, using: &random)] }
    }
}
