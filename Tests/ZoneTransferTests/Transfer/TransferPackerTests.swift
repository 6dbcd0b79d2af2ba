// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing
import ZoneStore

@testable import ZoneTransfer

/// How records are packed into messages.
@Suite struct TransferPackerTests {
    private func name(_ text: String) throws -> Name { try Name(text: text) }

    /// Messages of a request for `zone` that hold `rrsets`, of at most `limit` octets.
    private func pack(_ rrsets: [RRset], zone: String, limit: Int = Message.maximumLength) throws -> [[UInt8]] {
        let apex = try name(zone)
        let question = Question(name: apex, type: .axfr)
        var messages: [[UInt8]] = []
        var index = 0
        var written = 0
        while index < rrsets.count {
            var writer = WireWriter()
            try MessageHeader(id: 1, bits: 0x8400).encode(to: &writer)
            try SectionCounts(questions: 1).encode(to: &writer)
            try question.encode(to: &writer)
            let head = writer.octets
            var memory = head + [UInt8](repeating: 0xEE, count: limit - head.count + TransferPacker.slack)
            let count = try unsafe memory.withUnsafeMutableBytes { memory in
                var packer = try unsafe TransferPacker(memory, count: head.count, apexLength: apex.wire.count)
                while index < rrsets.count, try packer.append(rrsets[index], apex: apex, written: &written) {
                    index += 1
                    written = 0
                }
                unsafe memory.storeBytes(of: packer.records.bigEndian, toByteOffset: 6, as: UInt16.self)
                return packer.count
            }
            #expect(count <= limit)
            messages.append(Array(memory[..<count]))
        }
        return messages
    }

    /// The records of messages, case and all.
    private func records(_ messages: [[UInt8]]) throws -> [String] {
        try messages.flatMap { try Message(wire: $0).answers }
            .map { "\($0.owner.wire) \($0.type) \($0.ttl) \($0.rdata)" }
    }

    private func records(_ rrsets: [RRset]) -> [String] {
        rrsets.flatMap { set in set.rdatas.map { "\(set.owner.wire) \(set.type) \(set.ttl) \($0)" } }
    }

    @Test("the names that may be compressed are those of the layouts, for every type")
    func layouts() throws {
        for number in 0...UInt16.max {
            let layout = RDataLayout.of(RRType(rawValue: number))
            let data = CompressibleData(number)
            #expect((data != nil) == (layout?.hasCompressibleNames ?? false), "type \(number)")
            guard let data, let layout else { continue }
            let field = RDataField.name(compressible: true, canonicalLowercase: true)
            let names = layout.fields[..<layout.nameEnd].filter { $0 == field }
            #expect(names.count == data.count, "type \(number)")
            #expect(layout.nameEnd - names.count == data.offset / 2, "type \(number)")
        }
    }

    /// RRsets of all types with names, at owners that have much in common.
    private func random(_ zone: String, _ count: Int, _ generator: inout SeededGenerator) throws -> [RRset] {
        let apex = try name(zone)
        let labels = ["a.", "b.", "A.", "www.", "mail.", "x\\001a.", "host-with-a-longer-name.", "_tcp."]
        func random(below parent: Name, _ depth: ClosedRange<Int>) throws -> Name {
            try (0..<Int.random(in: depth, using: &generator)).reduce(parent) { name, _ in
                let label = try Name(text: labels.randomElement(using: &generator) ?? "a.")
                return try label.concatenating(name)
            }
        }
        let elsewhere = [apex, try name("."), try name("Example.NET."), try name("xexample."), try name("net.")]
        return try (0..<count).map { _ in
            let owner = try random(below: apex, 0...4)
            let targets = try (0..<3).map { _ in
                try random(below: elsewhere.randomElement(using: &generator) ?? apex, 0...3).wire
            }
            let types: [(RRType, ([UInt8]) -> [UInt8])] = [
                (.ns, { $0 }), (.cname, { $0 }), (.ptr, { $0 }), (.mx, { [0, 10] + $0 }), (.minfo, { $0 + targets[0] }),
                (.soa, { $0 + targets[1] + [UInt8](repeating: 9, count: 20) }), (.dname, { $0 }),
                (.srv, { [0, 1, 0, 2, 0, 3] + $0 }), (.txt, { [UInt8($0.count)] + $0 }), (.rt, { [0, 1] + $0 }),
            ]
            let (type, make) = types[Int.random(in: 0..<types.count, using: &generator)]
            let ttl = UInt32.random(in: 0...9, using: &generator)
            return RRset(owner: owner, type: type, ttl: ttl, rdatas: targets.map(make))
        }
    }

    @Test(
        "what is packed is read again, the case of names in data included",
        arguments: [".", "example.", "a.B.example."]
    )
    func roundTrip(zone: String) throws {
        var generator = SeededGenerator(seed: 6)
        for count in [1, 10, 100, 3_000] {
            let rrsets = try random(zone, count, &generator)
            let messages = try pack(rrsets, zone: zone)
            #expect(try records(messages) == records(rrsets))
            for limit in [1_200, 2_000] {
                #expect(try records(pack(rrsets, zone: zone, limit: limit)) == records(rrsets))
            }
        }
    }

    @Test("an owner is led to by the one before, and its domain where that is all they share")
    func owners() throws {
        let lines = [
            "example. 1 IN A 192.0.2.1", "b.a.example. 1 IN A 192.0.2.1", "c.b.a.example. 1 IN A 192.0.2.1",
            "c.b.a.example. 1 IN TXT a", "d.b.a.example. 1 IN A 192.0.2.1", "x.example. 1 IN A 192.0.2.1",
        ]
        let message = try pack(try FakeSource.sets(lines), zone: "example.")[0]
        // The owners: a pointer; two labels and one; one label and one; a pointer; one label and one, twice.
        let owners = 2 + 6 + 4 + 2 + 4 + 4
        #expect(message.count == 12 + 13 + owners + 6 * 10 + 5 * 4 + 2)
        #expect(try records([message]) == records(FakeSource.sets(lines)))
    }

    @Test("names in data are led to by equal ones, by the domain above, and by the apex in the same case only")
    func data() throws {
        let lines = [
            "example. 1 IN NS ns1.host.net.", "example. 1 IN MX 1 ns1.host.net.", "example. 1 IN PTR ns2.host.net.",
            "example. 1 IN CNAME w.example.",
        ]
        let sets = try FakeSource.sets(lines)
        // The first in full, a pointer, a label and a pointer, a label and a pointer.
        let names = 14 + 2 + 6 + 4
        #expect(try pack(sets, zone: "example.")[0].count == 12 + 13 + 4 * 12 + 2 + names)
        #expect(try pack(sets, zone: "EXAMPLE.")[0].count == 12 + 13 + 4 * 12 + 2 + names + 7)
    }

    @Test("data that does not fit its type goes out as it is")
    func malformed() throws {
        let ones = [UInt8](repeating: 1, count: 600)
        let broken: [[UInt8]] = [[], [3, 97], [0xC0, 12], [64] + ones.prefix(64), ones]
        for type in [RRType.ns, .mx, .soa] {
            let set = RRset(owner: try name("a.example."), type: type, ttl: 1, rdatas: broken)
            let message = try pack([set], zone: "example.")[0]
            for rdata in broken where !rdata.isEmpty {
                let field = [UInt8(rdata.count >> 8), UInt8(rdata.count & 255)] + rdata
                #expect(message.indices.contains { message[$0...].starts(with: field) }, "\(type) \(rdata)")
            }
        }
    }

    @Test("a record that fits to the octet is in, and one octet more begins the next message")
    func edge() throws {
        let first = RRset(owner: try name("a.example."), type: .a, ttl: 1, rdatas: [[192, 0, 2, 1]])
        let type = RRType(rawValue: 65_280)
        // Head, an owner of two and two octets, ten of numbers, four of data; then a label, a pointer and numbers.
        let used = 12 + 13 + 4 + 10 + 4 + 4 + 10
        for (length, count) in [(1_000 - used, 1), (1_001 - used, 2)] {
            let data = [UInt8](repeating: 1, count: length)
            let second = RRset(owner: try name("b.example."), type: type, ttl: 1, rdatas: [data])
            let messages = try pack([first, second], zone: "example.", limit: 1_000)
            #expect(messages.count == count)
            #expect(try records(messages) == records([first, second]))
        }
        // Nothing is written behind the limit by a record that has no room at all.
        let target = try name("\(String(repeating: "x", count: 60)).net.").wire
        let names = RRset(owner: try name("b.example."), type: .ns, ttl: 1, rdatas: [target])
        #expect(throws: WireError.bufferFull) { try pack([names], zone: "example.", limit: 100) }
    }

    @Test("an owner of another zone is an error")
    func strangers() throws {
        let set = RRset(owner: try name("a.example.net."), type: .a, ttl: 1, rdatas: [[192, 0, 2, 1]])
        #expect(throws: WireError.badValue) { try pack([set], zone: "example.") }
    }
}
