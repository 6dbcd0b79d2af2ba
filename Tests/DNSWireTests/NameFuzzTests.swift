// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

/// Names under random octets, against the plainest reading of the RFC.
@Suite struct NameFuzzTests {
    /// What RFC 1035 4.1.4 says, without a thought for speed: labels, and where the name ends in the message.
    ///
    /// Nil where `WireReader` must refuse: a pointer leads forwards, labels run into what pointed to them, too long.
    private func plainly(_ octets: [UInt8], _ start: Int) -> (labels: [[UInt8]], end: Int)? {
        var labels: [[UInt8]] = []
        var position = start
        var runStart = start
        var bound = octets.count
        var end: Int?
        while true {
            guard position < bound else { return nil }
            let head = Int(octets[position])
            switch head >> 6 {
            case 0:
                guard position + 1 + head <= bound else { return nil }
                guard head > 0 else {
                    guard labels.reduce(1, { $0 + 1 + $1.count }) <= 255 else { return nil }
                    return (labels, end ?? position + 1)
                }
                labels.append(Array(octets[(position + 1)..<(position + 1 + head)]))
                position += 1 + head
            case 3:
                guard position + 1 < bound else { return nil }
                let target = (head & 0x3F) * 256 + Int(octets[position + 1])
                guard target < runStart else { return nil }
                end = end ?? position + 2
                bound = runStart
                runStart = target
                position = target
            default: return nil
            }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>) func `names are read as the RFC says, or refused`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        // Octets that make labels and pointers of a small message likely.
        let palette: [UInt8] = [0, 0, 1, 1, 2, 3, 0x41, 0x61, 0xC0, 0xC0, 0x3F, 0x40, 0x80, 0xFF]
        var accepted = 0
        for _ in 0..<50_000 {
            let octets = (0..<Int.random(in: 1...24, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? palette[Int.random(in: palette.indices, using: &random)]
                    : UInt8.random(in: 0..<24, using: &random)
            }
            let start = Int.random(in: octets.indices, using: &random)
            let expected = plainly(octets, start)
            let actual = try? readName(octets, at: start)
            #expect(actual?.name.labels.map(Array.init) == expected?.labels)
            #expect(actual?.position == expected?.end)
            var reader = WireReader(octets.span)
            try reader.skip(start)
            let skipped = (try? reader.skipName()) != nil
            let position = reader.position
            #expect(skipped == (expected != nil))
            #expect(position == expected?.end ?? start)
            if expected != nil { accepted += 1 }
        }
        #expect(accepted > 1_000)
    }

    @Test(arguments: 0..<4 as Range<UInt64>) func `names written and taken back at random are read again`(
        seed: UInt64
    ) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            var writer = WireWriter(limit: Int.random(in: 64...20_000, using: &random))
            var written: [(name: Name, start: Int)] = []
            for _ in 0..<Int.random(in: 1...400, using: &random) {
                switch Int.random(in: 0..<10, using: &random) {
                case 0:
                    guard let last = written.randomElement(using: &random) else { continue }
                    writer.rollBack(to: last.start)
                    written.removeAll { $0.start >= last.start }
                case 1:
                    // Octets that look like labels and pointers.
                    try? writer.writeOctets([1, 0x61, 0, 0xC0, 0])
                default:
                    let labels: [[UInt8]] = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                        (0..<Int.random(in: 1...2, using: &random)).map { _ in
                            [0x61, 0x41, 0x62][Int.random(in: 0..<3, using: &random)]
                        }
                    }
                    let name = try Name(labels: labels)
                    let start = writer.count
                    do throws(WireError) {
                        try writer.writeName(name, compress: Bool.random(using: &random))
                        written.append((name, start))
                    } catch {
                        #expect(error == .bufferFull)
                        writer.rollBack(to: start)
                    }
                }
            }
            #expect(writer.count <= writer.limit)
            for (name, start) in written {
                #expect(try readName(writer.octets, at: start).name == name)
            }
        }
    }

    @Test func `equality, hash and order agree on names that differ in case or one octet`() throws {
        var random = SplitMix64(seed: 4343)
        for _ in 0..<20_000 {
            let labels: [[UInt8]] = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (0..<Int.random(in: 1...20, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random)
                }
            }
            let name = try Name(labels: labels)
            let other = try Name(
                labels: labels.map { label in
                    label.map { octet in
                        switch Int.random(in: 0..<8, using: &random) {
                        case 0: octet ^ 0x20
                        default: octet
                        }
                    }
                }
            )
            let areEqual = name.lowercased().wire == other.lowercased().wire
            #expect((name == other) == areEqual)
            #expect((name.canonicalOrder(other) == 0) == areEqual)
            if areEqual { #expect(name.hashValue == other.hashValue) }
            #expect(name.isSubdomain(of: other) == areEqual)
        }
    }
}
