// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The octets that mean something in presentation form.
enum Octet {
    static let tab: UInt8 = 0x09
    static let newline: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let exclamation: UInt8 = 0x21
    static let quote: UInt8 = 0x22
    static let hash: UInt8 = 0x23
    static let dollar: UInt8 = 0x24
    static let openParenthesis: UInt8 = 0x28
    static let closeParenthesis: UInt8 = 0x29
    static let asterisk: UInt8 = 0x2A
    static let plus: UInt8 = 0x2B
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let equals: UInt8 = 0x3D
    static let at: UInt8 = 0x40
    static let backslash: UInt8 = 0x5C
    static let underscore: UInt8 = 0x5F
    static let openBrace: UInt8 = 0x7B
    static let closeBrace: UInt8 = 0x7D

    /// The octet in lower case if it is an ASCII letter.
    @inline(__always)
    static func lowercase(_ octet: UInt8) -> UInt8 {
        octet &- 0x41 < 26 ? octet | 0x20 : octet
    }

    /// The octet in upper case if it is an ASCII letter.
    @inline(__always)
    static func uppercase(_ octet: UInt8) -> UInt8 {
        octet &- 0x61 < 26 ? octet & 0xDF : octet
    }

    /// The value of a decimal digit.
    @inline(__always)
    static func digit(_ octet: UInt8) -> UInt8? {
        let value = octet &- zero
        return value < 10 ? value : nil
    }

    /// The value of a hexadecimal digit of either case.
    @inline(__always)
    static func hexDigit(_ octet: UInt8) -> UInt8? {
        let value = octet &- zero
        if value < 10 { return value }
        let letter = lowercase(octet) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}
