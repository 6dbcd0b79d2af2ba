// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The generic mnemonics of RFC 3597 5: a fixed word directly followed by a decimal number, as `TYPE65280`.
enum MnemonicNumber {
    /// The number behind `prefix`, the word compared without case; nil for any other text.
    static func parse(_ text: some StringProtocol, prefix: String) -> UInt16? {
        let octets = Array(text.utf8)
        let word = Array(prefix.utf8)
        guard octets.count > word.count, octets.count <= word.count + 5 else { return nil }
        for (octet, expected) in zip(octets, word) where octet & 0xDF != expected { return nil }
        var number = 0
        for octet in octets[word.count...] {
            guard 0x30...0x39 ~= octet else { return nil }
            number = number * 10 + Int(octet - 0x30)
        }
        return UInt16(exactly: number)
    }
}
