// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The state of SHA-1 (RFC 3174), which hashed owner names are made with and nothing else is.
///
/// The engine links neither Foundation nor a library of cryptography, whose calls would allocate for each name; and
/// nothing here is a secret or has to withstand a forger: RFC 5155 takes SHA-1 to scatter names, no more.
struct SHA1 {
    /// The octets of a digest.
    static let digestLength = 20
    /// The octets of a block.
    static let blockLength = 64

    private var h0: UInt32 = 0x6745_2301
    private var h1: UInt32 = 0xEFCD_AB89
    private var h2: UInt32 = 0x98BA_DCFE
    private var h3: UInt32 = 0x1032_5476
    private var h4: UInt32 = 0xC3D2_E1F0

    /// Takes one block of 64 octets.
    mutating func take(_ block: UnsafeRawPointer) {
        var words = InlineArray<16, UInt32>(repeating: 0)
        for index in 0..<16 {
            words[index] = unsafe UInt32(
                bigEndian: block.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)
            )
        }
        var a = h0
        var b = h1
        var c = h2
        var d = h3
        var e = h4
        for index in 0..<16 {
            Self.round(&a, &b, &c, &d, &e, (b & c) | (~b & d), 0x5A82_7999 &+ words[index])
        }
        for index in 16..<20 {
            Self.round(&a, &b, &c, &d, &e, (b & c) | (~b & d), 0x5A82_7999 &+ Self.next(&words, index))
        }
        for index in 20..<40 {
            Self.round(&a, &b, &c, &d, &e, b ^ c ^ d, 0x6ED9_EBA1 &+ Self.next(&words, index))
        }
        for index in 40..<60 {
            Self.round(&a, &b, &c, &d, &e, (b & c) | (d & (b | c)), 0x8F1B_BCDC &+ Self.next(&words, index))
        }
        for index in 60..<80 {
            Self.round(&a, &b, &c, &d, &e, b ^ c ^ d, 0xCA62_C1D6 &+ Self.next(&words, index))
        }
        h0 &+= a
        h1 &+= b
        h2 &+= c
        h3 &+= d
        h4 &+= e
    }

    /// Writes the digest of the blocks taken: 20 octets.
    func write(to digest: UnsafeMutableRawPointer) {
        unsafe digest.set(h0, at: 0)
        unsafe digest.set(h1, at: 4)
        unsafe digest.set(h2, at: 8)
        unsafe digest.set(h3, at: 12)
        unsafe digest.set(h4, at: 16)
    }

    @inline(__always)
    private static func round(
        _ a: inout UInt32,
        _ b: inout UInt32,
        _ c: inout UInt32,
        _ d: inout UInt32,
        _ e: inout UInt32,
        _ mixed: UInt32,
        _ added: UInt32
    ) {
        let turned = rotate(a, 5) &+ mixed &+ e &+ added
        e = d
        d = c
        c = rotate(b, 30)
        b = a
        a = turned
    }

    /// The next word of the schedule, of which the last sixteen are kept.
    @inline(__always)
    private static func next(_ words: inout InlineArray<16, UInt32>, _ index: Int) -> UInt32 {
        let mixed =
            words[(index &- 3) & 15] ^ words[(index &- 8) & 15] ^ words[(index &- 14) & 15] ^ words[index & 15]
        let word = rotate(mixed, 1)
        words[index & 15] = word
        return word
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ bits: UInt32) -> UInt32 {
        word &<< bits | word &>> (32 &- bits)
    }
}
