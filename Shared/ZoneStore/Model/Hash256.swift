// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A 256-bit number with wrapping arithmetic: a digest, or a sum of digests.
///
/// A sum does not depend on the order of its members, and a member can be taken out again. That is how a zone's hash
/// and the hash of all zones follow each change without being computed anew.
package struct Hash256: Hashable, Sendable {
    /// The words of the number, the most significant first.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The sum of no digests.
    package static let zero = Hash256(words: (0, 0, 0, 0))

    private init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// The number of the 32 octets at `start`, the most significant first.
    package init(_ octets: UnsafeRawBufferPointer) {
        precondition(octets.count == 32, "a digest has 32 octets")
        // SAFETY: all four words lie within the 32 octets.
        words = unsafe (
            UInt64(bigEndian: octets.loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            UInt64(bigEndian: octets.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            UInt64(bigEndian: octets.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        )
    }

    /// The number of 32 octets, the most significant first; nil for another count.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for byte in bytes {
            words.0 = words.0 << 8 | words.1 >> 56
            words.1 = words.1 << 8 | words.2 >> 56
            words.2 = words.2 << 8 | words.3 >> 56
            words.3 = words.3 << 8 | UInt64(byte)
        }
        self.words = words
    }

    /// The number of 64 hexadecimal digits; nil for anything else.
    package init?(hex: some StringProtocol) {
        self.init(hexDigits: Array(hex.utf8))
    }

    /// The number of 64 hexadecimal digits in ASCII; nil for anything else.
    package init?(hexDigits digits: [UInt8]) {
        guard digits.count == 64 else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for (index, digit) in digits.enumerated() {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x41...0x46: value = digit - 0x37
            case 0x61...0x66: value = digit - 0x57
            default: return nil
            }
            switch index / 16 {
            case 0: words.0 = words.0 << 4 | UInt64(value)
            case 1: words.1 = words.1 << 4 | UInt64(value)
            case 2: words.2 = words.2 << 4 | UInt64(value)
            default: words.3 = words.3 << 4 | UInt64(value)
            }
        }
        self.words = words
    }

    /// The 32 octets, the most significant first.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for word in [words.0, words.1, words.2, words.3] {
            bytes.appendBigEndian(word)
        }
        return bytes
    }

    /// The sum modulo 2^256.
    package static func &+ (left: Hash256, right: Hash256) -> Hash256 {
        let (w3, c3) = left.words.3.addingReportingOverflow(right.words.3)
        let (w2, c2) = add(left.words.2, right.words.2, c3)
        let (w1, c1) = add(left.words.1, right.words.1, c2)
        let (w0, _) = add(left.words.0, right.words.0, c1)
        return Hash256(words: (w0, w1, w2, w3))
    }

    /// The difference modulo 2^256.
    package static func &- (left: Hash256, right: Hash256) -> Hash256 {
        let (w3, b3) = left.words.3.subtractingReportingOverflow(right.words.3)
        let (w2, b2) = subtract(left.words.2, right.words.2, b3)
        let (w1, b1) = subtract(left.words.1, right.words.1, b2)
        let (w0, _) = subtract(left.words.0, right.words.0, b1)
        return Hash256(words: (w0, w1, w2, w3))
    }

    /// Whether two numbers are equal.
    package static func == (left: Hash256, right: Hash256) -> Bool {
        left.words == right.words
    }

    /// Feeds the number to `hasher`.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.3)
    }

    private static func add(_ left: UInt64, _ right: UInt64, _ carry: Bool) -> (UInt64, Bool) {
        let (sum, first) = left.addingReportingOverflow(right)
        let (total, second) = sum.addingReportingOverflow(carry ? 1 : 0)
        return (total, first || second)
    }

    private static func subtract(_ left: UInt64, _ right: UInt64, _ borrow: Bool) -> (UInt64, Bool) {
        let (difference, first) = left.subtractingReportingOverflow(right)
        let (total, second) = difference.subtractingReportingOverflow(borrow ? 1 : 0)
        return (total, first || second)
    }
}

extension Hash256: CustomStringConvertible {
    /// The 64 hexadecimal digits in lower case.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
