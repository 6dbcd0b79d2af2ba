// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import DNSWire

@Suite struct WireWriterTests {
    /// A writer whose hash is the same in every run: which of very many names are found again depends on its seed.
    private func steadyWriter() -> WireWriter {
        var writer = WireWriter()
        writer.names = CompressionTable(seed: 1035)
        return writer
    }

    @Test func `names are compressed as in RFC 1035`() throws {
        var writer = WireWriter()
        try writer.writeOctets([UInt8](repeating: 0, count: 20))
        try writer.writeName(name("F.ISI.ARPA"))
        try writer.writeOctets([UInt8](repeating: 0, count: 8))
        try writer.writeName(name("FOO.F.ISI.ARPA"))
        try writer.writeName(name("ARPA"))
        try writer.writeName(.root)
        #expect(writer.octets[20..<32] == hex("01 46 03 495349 04 41525041 00")[...])
        #expect(writer.octets[40...] == hex("03 464F4F C014 C01A 00")[...])
    }

    @Test func `names are compressed without regard to case`() throws {
        var writer = WireWriter()
        try writer.writeName(name("www.Example.COM"))
        try writer.writeName(name("MAIL.eXAMPLE.com"))
        #expect(writer.octets[17...] == hex("04 4D41494C C004")[...])
    }

    @Test func `a name is written in full where it must be, and later ones still point to others`() throws {
        var writer = WireWriter()
        try writer.writeName(name("a.b"))
        try writer.writeName(name("a.b"), compress: false)
        try writer.writeName(name("a.b"))
        #expect(writer.octets == hex("0161 0162 00 0161 0162 00 C000"))
    }

    @Test func `no pointer leads behind offset 16383`() throws {
        for (offset, pointed) in [(16_383, true), (16_384, false)] {
            var writer = WireWriter()
            try writer.writeOctets([UInt8](repeating: 0, count: offset))
            try writer.writeName(name("a"))
            try writer.writeName(name("a"))
            #expect(writer.octets[(offset + 3)...] == (pointed ? hex("FFFF") : hex("0161 00"))[...])
        }
    }

    @Test func `a label behind the reach of pointers may follow one that is not`() throws {
        var writer = WireWriter()
        try writer.writeOctets([UInt8](repeating: 0, count: 16_382))
        try writer.writeName(name("a.b"))
        // `a` stands at 16382, `b` at 16384: no pointer to `b` and so none to `a.b` by way of it.
        let start = writer.count
        try writer.writeName(name("a.b"))
        #expect(writer.octets[start...] == hex("0161 0162 00")[...])
    }

    @Test func `what was taken back is not pointed to`() throws {
        var writer = WireWriter()
        try writer.writeName(name("b"))
        let mark = writer.count
        try writer.writeName(name("a.b"))
        writer.rollBack(to: mark)
        try writer.writeOctets(hex("FFFFFFFF"))
        try writer.writeName(name("a.b"))
        try writer.writeName(name("a.b"))
        #expect(writer.octets == hex("0162 00 FFFFFFFF 0161 C000 C007"))
        writer.reset()
        try writer.writeName(name("a.b"))
        #expect(writer.octets == hex("0161 0162 00"))
    }

    @Test func `nothing is written beyond the limit`() throws {
        var writer = WireWriter(limit: 3)
        try writer.writeUInt16(1)
        #expect(throws: WireError.bufferFull) { try writer.writeUInt16(2) }
        #expect(throws: WireError.bufferFull) { try writer.writeName(name("a")) }
        #expect(throws: WireError.lengthOverflow) { try writer.writeString([UInt8](repeating: 0, count: 256)) }
        #expect(writer.octets == [0, 1])
        try writer.writeUInt8(3)
        #expect(writer.octets == [0, 1, 3])
    }

    @Test func `thousands of names are all found again`() throws {
        var writer = steadyWriter()
        var random = SplitMix64(seed: 1035)
        var names: [Name] = []
        var starts: [Int] = []
        while writer.count < 60_000 {
            let labels = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                [UInt8.random(in: 0x61...0x66, using: &random)]
            }
            let name = try Name(labels: labels)
            names.append(name)
            starts.append(writer.count)
            try writer.writeName(name)
        }
        for (name, start) in zip(names, starts) {
            #expect(try readName(writer.octets, at: start).name == name)
        }
        // 6 + 36 + ... + 6^6 names fit in fewer octets only when suffixes are shared.
        #expect(names.count > 15_000)
    }

    @Test func `deep names that differ in their first label share all the others`() throws {
        var writer = steadyWriter()
        let tail = Array(repeating: [UInt8(0x61)], count: 125)
        for number in UInt8.min...UInt8.max {
            let start = writer.count
            try writer.writeName(Name(labels: [[1, number]] + tail))
            // Upper and lower case of one letter are one name.
            let isRepeat = (0x61...0x7A).contains(number)
            #expect(writer.count - start == (number == 0 ? 254 : isRepeat ? 2 : 5))
        }
    }
}
