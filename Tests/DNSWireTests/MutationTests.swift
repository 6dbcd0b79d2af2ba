// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

/// Reads packets made from good ones by random damage: nothing may trap, and what can be read can be written.
@Suite struct MutationTests {
    /// Messages with every sample of RDATA, and some with an OPT record and many sections.
    private static func seeds() throws -> [[UInt8]] {
        let zone = try name("Zone.example")
        var seeds: [[UInt8]] = []
        var all = Message.query(id: 1, Question(name: zone, type: .any), edns: EDNS(dnssecOK: true))
        for (index, sample) in RDataSamples.all.enumerated() {
            let owner = try Name(labels: [[UInt8(0x61 + index % 3)]]).concatenating(zone)
            let record = ResourceRecord(owner: owner, type: sample.rdata.type, ttl: 60, rdata: sample.octets)
            var message = Message.query(id: 2, Question(name: zone, type: sample.rdata.type)).response()
            message.answers = [record, record]
            seeds.append(try message.encoded())
            all.answers.append(record)
            if index.isMultiple(of: 2) { all.authorities.append(record) } else { all.additionals.append(record) }
        }
        all.edns?.options = [EDNSOption(code: .cookie, data: [1, 2, 3, 4, 5, 6, 7, 8])]
        seeds.append(try all.encoded())
        return seeds
    }

    private static func damage(_ packet: inout [UInt8], with other: [UInt8], _ random: inout SplitMix64) {
        for _ in 0..<Int.random(in: 1...4, using: &random) where !packet.isEmpty {
            let index = Int.random(in: packet.indices, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: packet[index] = UInt8.random(in: .min ... .max, using: &random)
            case 1: packet[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: packet[index] = 0xC0
            case 3: packet[index] = [0, 1, 0x3F, 0x40, 0x7F, 0x80, 0xFF][Int.random(in: 0..<7, using: &random)]
            case 4: packet.removeSubrange(index...)
            case 5: packet.remove(at: index)
            case 6: packet.insert(UInt8.random(in: .min ... .max, using: &random), at: index)
            default:
                let end = min(index + Int.random(in: 1...16, using: &random), other.count)
                if index < end { packet.insert(contentsOf: other[index..<end], at: index) }
            }
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func `damaged messages do no harm`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let seeds = try Self.seeds()
        var readable = 0
        for _ in 0..<25_000 {
            var packet = seeds[Int.random(in: seeds.indices, using: &random)]
            Self.damage(&packet, with: seeds[Int.random(in: seeds.indices, using: &random)], &random)
            var reader = WireReader(packet.span)
            guard let message = try? Message(from: &reader) else { continue }
            readable += 1
            for record in message.answers + message.authorities + message.additionals {
                guard (try? RDataValidator.validate(record.type, record.rdata)) != nil else { continue }
                let typed = try RData(type: record.type, rdata: record.rdata)
                #expect(try typed.encoded() == record.rdata)
                let canonical = RDataCanonical.canonical(record.type, record.rdata)
                #expect(RDataCanonical.canonical(record.type, canonical) == canonical)
            }
            // Expanded names can make a message longer than any can be.
            guard let first = try? message.encoded() else { continue }
            let again = try Message(wire: first)
            #expect(again.answers.count == message.answers.count)
            #expect(try again.encoded() == first)
        }
        // Some damage must be survivable, or the loop tests nothing.
        #expect(readable > 3_000)
    }

    @Test func `random octets do no harm`() {
        var random = SplitMix64(seed: 53)
        var refused = 0
        for _ in 0..<50_000 {
            let octets = (0..<Int.random(in: 0...64, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            if (try? Message(wire: octets)) == nil { refused += 1 }
            let type = RRType(rawValue: UInt16.random(in: 0...262, using: &random))
            guard (try? RDataValidator.validate(type, octets)) != nil else { continue }
            #expect((try? RData(type: type, rdata: octets))?.type == type)
        }
        #expect(refused > 0)
    }
}
