// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@Suite struct TypeBitmapTests {
    @Test func `no types make no octets`() throws {
        #expect(TypeBitmap.encode([]) == [])
        #expect(try TypeBitmap.decode([]) == [])
    }

    @Test func `repeats and disorder do not matter`() {
        #expect(TypeBitmap.encode([.caa, .a, .ns, .a]) == hex("00 01 60 01 01 40"))
    }

    @Test func `any set of types is kept`() throws {
        var random = SplitMix64(seed: 4034)
        for _ in 0..<200 {
            let types = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                RRType(rawValue: UInt16.random(in: 0...UInt16.max, using: &random))
            }
            let octets = TypeBitmap.encode(types)
            #expect(try TypeBitmap.decode(octets) == Set(types).sorted())
        }
        let all = (UInt16.min...UInt16.max).map { RRType(rawValue: $0) }
        #expect(try TypeBitmap.decode(TypeBitmap.encode(all)) == all)
    }
}
