// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Identity

@Suite("Hashes of API tokens")
struct TokenHashTests {
    @Test("The hash is the SHA-256 of the text")
    func vector() {
        let hex = TokenHash(of: "abc".utf8).bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        #expect(hex.joined() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("A stored hash has 32 octets", arguments: [0, 31, 33])
    func length(count: Int) {
        #expect(TokenHash(bytes: [UInt8](repeating: 1, count: count)) == nil)
        #expect(TokenHash(bytes: [UInt8](repeating: 1, count: 32)) != nil)
    }

    @Test("Hashes that differ in one bit are not equal")
    func equality() throws {
        let bytes = TokenHash(of: "abc".utf8).bytes
        #expect(TokenHash(bytes: bytes) == TokenHash(of: "abc".utf8))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(TokenHash(bytes: other) != TokenHash(bytes: bytes))
        }
    }

    @Test("The checksum is the CRC-32 that the world knows")
    func checksum() {
        #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
        #expect(String(decoding: Base62.encode(.max, width: 6), as: UTF8.self) == "4gfFC3")
        #expect(String(decoding: Base62.encode(0, width: 6), as: UTF8.self) == "000000")
    }
}
