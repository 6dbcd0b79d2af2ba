// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@Suite struct WireReaderTests {
    /// The compressed names of RFC 1035 4.1.4, at their offsets.
    private let example: [UInt8] =
        Array(repeating: 0xEE, count: 20) + hex("01 46 03 495349 04 41525041 00")
        + Array(repeating: 0xEE, count: 8) + hex("03 464F4F C014")
        + Array(repeating: 0xEE, count: 18) + hex("C01A") + Array(repeating: 0xEE, count: 26) + hex("00")

    @Test func `the compressed names of RFC 1035 are read`() throws {
        #expect(try readName(example, at: 20).name == name("F.ISI.ARPA"))
        let foo = try readName(example, at: 40)
        #expect(foo.name == (try name("FOO.F.ISI.ARPA")))
        #expect(foo.position == 46)
        #expect(try readName(example, at: 64).name == name("ARPA"))
        #expect(try readName(example, at: 92).name == .root)
    }

    @Test(
        arguments: [
            ("C000", 0, WireError.badPointer),  // at itself
            ("C002 C000", 0, .badPointer),  // forwards
            ("01 61 C000", 0, .badPointer),  // at the start of the name
            ("00 C003 C001", 3, .badPointer),  // a loop of two
            ("01 61 01 62 C002", 2, .badPointer),  // into its own labels
            ("00 C0", 1, .truncated), ("00 03 6161", 1, .truncated), ("40 00", 0, .badLabelType),
            ("BF 00", 0, .badLabelType), ("7F", 0, .badLabelType),
        ] as [(String, Int, WireError)]
    ) func `bad compression is refused`(octets: String, offset: Int, error: WireError) {
        #expect(throws: error) { try readName(hex(octets), at: offset) }
    }

    @Test func `labels behind a pointer must end where the pointing name begins`() {
        // A label of three octets at 0 that reaches into the name at 2.
        #expect(throws: WireError.truncated) { try readName(hex("03 61 01 62 C000"), at: 2) }
    }

    @Test func `a pointer may lead to a pointer`() throws {
        let octets = hex("01 61 00 C000 C003 01 62 C005")
        let (name, position) = try readName(octets, at: 7)
        #expect(name.wire == [1, 0x62, 1, 0x61, 0])
        #expect(position == 11)
    }

    @Test func `a name follows 127 pointers at most`() throws {
        // Pointers, each to the one before it.
        var octets: [UInt8] = [0, 0]
        for index in 0..<200 { octets += [0xC0 | UInt8(index * 2 >> 8), UInt8(index * 2 & 0xFF)] }
        #expect(try readName(octets, at: 127 * 2).name == .root)
        #expect(throws: WireError.badPointer) { try readName(octets, at: 128 * 2) }
    }

    @Test func `an expanded name has at most 255 octets`() throws {
        let tail = Array(repeating: [UInt8(63)] + Array(repeating: 0x61, count: 63), count: 3).flatMap(\.self) + [0]
        let fits = tail + [61] + Array(repeating: 0x62, count: 61) + [0xC0, 0]
        #expect(try readName(fits, at: tail.count).name.wire.count == 255)
        let long = tail + [62] + Array(repeating: 0x62, count: 62) + [0xC0, 0]
        #expect(throws: WireError.nameTooLong) { try readName(long, at: tail.count) }
    }

    @Test func `a pointer is refused where none may be`() {
        #expect(throws: WireError.pointerNotAllowed) { try readName(hex("00 C000"), at: 1, pointers: .forbidden) }
    }

    @Test func `a narrowed reader reads no further but still follows pointers`() throws {
        let octets = hex("0161 00 C000 FFFF")
        var reader = WireReader(octets.span)
        try reader.skip(3)
        let end = try reader.narrow(to: 2)
        let name = try reader.readName()
        let remaining = reader.remaining
        try reader.widen(to: end)
        let last = try reader.readUInt16()
        #expect(name.wire == [1, 0x61, 0])
        #expect(remaining == 0)
        #expect(last == 0xFFFF)
    }

    @Test func `a name may not reach over the end of a narrowed reader`() throws {
        let octets = hex("01 61 00")
        var reader = WireReader(octets.span)
        _ = try reader.narrow(to: 2)
        var thrown: WireError?
        do throws(WireError) { _ = try reader.readName() } catch { thrown = error }
        #expect(thrown == .truncated)
    }

    @Test func `what is left of narrowed octets is an error`() throws {
        let octets = hex("0102 03")
        var reader = WireReader(octets.span)
        let end = try reader.narrow(to: 2)
        _ = try reader.readUInt8()
        var thrown: WireError?
        do throws(WireError) { try reader.widen(to: end) } catch { thrown = error }
        #expect(thrown == .trailingOctets)
    }

    @Test func `numbers are read with the most significant octet first`() throws {
        let octets = hex("01 0203 04050607 08090A0B0C0D0E0F 101112131415161718191A1B1C1D1E1F")
        var reader = WireReader(octets.span)
        let values = (try reader.readUInt8(), try reader.readUInt16(), try reader.readUInt32())
        let wide = (try reader.readUInt64(), try reader.readUInt128())
        #expect(values == (1, 0x0203, 0x0405_0607))
        #expect(wide == (0x0809_0A0B_0C0D_0E0F, 0x1011_1213_1415_1617_1819_1A1B_1C1D_1E1F))
        var thrown: WireError?
        do throws(WireError) { _ = try reader.readUInt8() } catch { thrown = error }
        #expect(thrown == .truncated)
    }

    @Test(arguments: [-1, 4, Int.max, Int.min]) func `lengths out of bounds are refused`(count: Int) {
        let octets: [UInt8] = [1, 2, 3]
        var reader = WireReader(octets.span)
        var thrown: [WireError] = []
        do throws(WireError) { _ = try reader.readOctets(count) } catch { thrown.append(error) }
        do throws(WireError) { try reader.skip(count) } catch { thrown.append(error) }
        do throws(WireError) { _ = try reader.narrow(to: count) } catch { thrown.append(error) }
        #expect(thrown == [.truncated, .truncated, .truncated])
    }
}
