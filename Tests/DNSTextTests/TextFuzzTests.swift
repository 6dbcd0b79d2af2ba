// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

/// Whatever comes in, the readers return or throw: a trap would end the process and so fail the run.
@Suite struct TextFuzzTests {
    private static let words = [
        " ", "\n", "\t", "(", ")", "\"", ";", "\\", "@", ".", "$ORIGIN", "$TTL", "$GENERATE", "$INCLUDE", "IN", "CH",
        "A", "AAAA", "TXT", "SOA", "SVCB", "LOC", "APL", "NSEC", "RRSIG", "CAA", "EUI48", "TYPE65280", "\\#", "60",
        "1h", "4", "192.0.2.1", "2001:db8::", "1:10.0.0.0/8", "alpn=", "h2,h3", "key1", "mandatory=alpn", "-", "0-9",
        "${1,2,x}", "$", "AAEC", "20300101000000", "N", "E", "10m", "00-00-5e-00-53-2a", "example.com.", "\\1", "\\999",
        "4294967296", "99999999999999999999999", "a..b", "\u{0}", "é",
    ]

    private func read(_ text: [UInt8], pieceLength: Int) -> (records: [MasterFileRecord], errors: [MasterFileError]) {
        var options = MasterFileOptions()
        options.maximumGenerated = 100
        options.maximumEntryLength = 2_000
        options.include = { path in path.isEmpty ? nil : Array("a 60 A 192.0.2.1\n$INCLUDE x".utf8) }
        var reader = MasterFileReader(origin: try? Name(text: "example."), options: options)
        var records: [MasterFileRecord] = []
        for start in stride(from: 0, to: text.count, by: pieceLength) {
            reader.feed(text[start..<min(start + pieceLength, text.count)])
            while let record = reader.next() { records.append(record) }
        }
        reader.finish()
        while let record = reader.next() { records.append(record) }
        return (records, reader.errors)
    }

    @Test("Random octets and random words are read or refused, the same in any pieces", arguments: UInt64(0)..<8)
    func readsAnything(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for round in 0..<400 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                if round.isMultiple(of: 2) {
                    text.append(UInt8.random(in: 0...255, using: &random))
                } else {
                    text.append(contentsOf: (Self.words.randomElement(using: &random) ?? "").utf8)
                    if Bool.random(using: &random) { text.append(0x20) }
                }
            }
            let whole = read(text, pieceLength: max(1, text.count))
            let pieces = read(text, pieceLength: .random(in: 1...7, using: &random))
            #expect(whole.records == pieces.records)
            #expect(whole.errors == pieces.errors)
            for record in whole.records {
                #expect((try? ResourceRecord(line: record.record.line)) == record.record)
            }
        }
    }

    @Test("RDATA of any octets is printed, and read back if it is valid", arguments: UInt64(0)..<4)
    func printsAnything(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for number in UInt16(0)...270 {
            let type = RRType(rawValue: number)
            for _ in 0..<60 {
                let count = Int.random(in: 0...40, using: &random)
                // Small octets make lengths and counts that fit more often.
                let limit: UInt8 = Bool.random(using: &random) ? 255 : 6
                let rdata = (0..<count).map { _ in UInt8.random(in: 0...limit, using: &random) }
                let text = RDataText.print(type: type, rdata: rdata)
                #expect(text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
                guard (try? RDataValidator.validate(type, rdata)) != nil else { continue }
                #expect(try RDataText.parse(type: type, text: text) == rdata, "\(type) \(text)")
            }
        }
    }

    @Test("Names of any octets are read or refused")
    func readsAnyName() {
        var random = SplitMix64(seed: 9)
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : [0x2E, 0x5C, 0x31, 0x61].randomElement(using: &random) ?? 0
            }
            guard let name = try? Name(text: text, origin: .root) else { continue }
            #expect((try? Name(wire: name.wire)) == name)
            #expect((try? Name(text: name.text))?.wire == name.wire)
        }
    }
}
