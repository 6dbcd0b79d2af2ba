// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The escapes of RFC 1035 5.1: `\X` stands for the character X, `\DDD` for the octet with that decimal value.
enum EscapedOctet {
    /// The octet that the escape at `index`, a backslash, stands for; moves `index` behind the escape.
    static func decode(_ bytes: Span<UInt8>, _ index: inout Int, end: Int) throws(TextError) -> UInt8 {
        let start = index
        guard start &+ 1 < end else { throw TextError(offset: start, reason: .badEscape) }
        let first = bytes[start &+ 1]
        guard let hundreds = Octet.digit(first) else {
            index = start &+ 2
            return first
        }
        guard start &+ 3 < end, let tens = Octet.digit(bytes[start &+ 2]), let ones = Octet.digit(bytes[start &+ 3])
        else { throw TextError(offset: start, reason: .badEscape) }
        let value = Int(hundreds) &* 100 &+ Int(tens) &* 10 &+ Int(ones)
        guard let octet = UInt8(exactly: value) else { throw TextError(offset: start, reason: .badEscape) }
        index = start &+ 4
        return octet
    }

    /// Appends `\DDD` for an octet that cannot stand for itself.
    static func appendDecimal(_ octet: UInt8, to text: inout [UInt8]) {
        text.append(Octet.backslash)
        text.append(Octet.zero &+ octet / 100)
        text.append(Octet.zero &+ octet / 10 % 10)
        text.append(Octet.zero &+ octet % 10)
    }
}
