// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing
import ZoneStore

@testable import ZoneTransfer

@Suite("Catalog zones") struct CatalogZoneTests {
    private func catalog(_ members: [String: UInt64] = [:], serial: UInt32 = 1_000) throws -> CatalogZone {
        let pairs = try members.map { (try Name(text: $0.key), $0.value) }
        return try CatalogZone(
            name: Name(text: "EXAMPLE."),
            serial: serial,
            members: Dictionary(uniqueKeysWithValues: pairs)
        )
    }

    private func label(_ zone: String, _ generation: UInt64) throws -> String {
        String(decoding: CatalogMember(zone: try Name(text: zone), generation: generation).label, as: UTF8.self)
    }

    private func ptr(_ zone: String, _ generation: UInt64) throws -> String {
        "\(try label(zone, generation)).zones.example. 60 IN PTR \(zone)"
    }

    private func soa(_ serial: UInt32) -> String {
        "example. 60 IN SOA invalid. invalid. \(serial) 3600 600 2419200 60"
    }

    @Test("a catalog is SOA, NS, its version, and a PTR record for each member")
    func whole() throws {
        let lines = try Collected(catalog(["a.": 1, "b.c.": 7])).lines
        #expect(lines.first == soa(1_000) && lines.last == soa(1_000))
        let expected = [
            "example. 60 IN NS invalid.", "version.example. 60 IN TXT \"2\"", try ptr("a.", 1), try ptr("b.c.", 7),
        ]
        #expect(Set(lines.dropFirst().dropLast()) == Set(expected))
        #expect(lines.count == expected.count + 2)
        #expect(try Collected(catalog()).lines.count == 4, "also without members")
    }

    @Test("labels are 32 digits that depend on the name, whatever its case, and on the generation")
    func labels() throws {
        #expect(try label("Example.COM.", 5) == label("example.com.", 5))
        #expect(try label("example.com.", 5) != label("example.com.", 6))
        #expect(try label("example.com.", 5) != label("example.org.", 5))
        // SHA-256 of the wire form and eight octets of the generation, as another implementation gives it.
        #expect(try label("example.com.", 5) == "63ef2862833fdedebc774156487c9232")
    }

    @Test("a zone that comes, goes, or is made again is one step of two records")
    func steps() throws {
        var catalog = try catalog(["a.": 1, "b.": 2])
        let (a, b, c) = (try Name(text: "a."), try Name(text: "B."), try Name(text: "c."))
        #expect(catalog.apply([(a, 1)], now: 500) == nil, "a change of records changes no catalog")
        #expect(catalog.apply([(c, nil)], now: 500) == nil)
        #expect(catalog.serial == 1_000)
        #expect(catalog.apply([(c, 3)], now: 500)?.to == 1_001, "the clock is behind")
        #expect(catalog.apply([(b, nil)], now: 2_000)?.to == 2_000)
        #expect(catalog.apply([(a, nil), (a, 9)], now: 2_000)?.to == 2_001)
        #expect(
            try Collected(catalog, .since(1_000)).lines == [
                soa(2_001), soa(1_000), soa(1_001), ptr("c.", 3), soa(1_001), ptr("b.", 2), soa(2_000), soa(2_000),
                ptr("a.", 1), soa(2_001), ptr("a.", 9), soa(2_001),
            ]
        )
        #expect(try Collected(catalog, .since(2_001)).lines == [soa(2_001)])
        #expect(try Collected(catalog, .since(999)).lines.count == 6, "a version that is not remembered: the whole")
        // What comes and goes in one batch was never there.
        #expect(catalog.apply([(b, 4), (b, nil)], now: 3_000) == nil)
    }

    @Test("differences lead from every version that is remembered to the present members")
    func convergence() throws {
        var generator = SeededGenerator(seed: 9432)
        var catalog = try catalog()
        var versions: [UInt32: [Name: UInt64]] = [catalog.serial: [:]]
        let names = try (0..<20).map { try Name(text: "z\($0).") }
        for generation in 1...200 {
            let batch = (0..<Int.random(in: 1...3, using: &generator)).map { _ -> (zone: Name, generation: UInt64?) in
                let name = names[Int.random(in: 0..<20, using: &generator)]
                return (name, Bool.random(using: &generator) ? UInt64(generation) : nil)
            }
            _ = catalog.apply(batch, now: 0)
            versions[catalog.serial] = catalog.members
        }
        #expect(versions.count > 80)
        var generations: [String: UInt64] = [:]
        for name in names {
            for generation in 1...UInt64(200) { generations[try label(name.text, generation)] = generation }
        }
        for (serial, members) in versions where serial != catalog.serial {
            var held = members
            let differences = try #require(try catalog.differences(of: catalog.name, since: serial, octets: .max))
            while let step = try differences.next() {
                for rrset in step.removed {
                    let zone = try Name(wire: rrset.rdatas[0])
                    #expect(held[zone] != nil && held[zone] == generations[label(of: rrset)])
                    held[zone] = nil
                }
                for rrset in step.added {
                    let zone = try Name(wire: rrset.rdatas[0])
                    #expect(held[zone] == nil, "an old life of a zone goes before the next one comes")
                    held[zone] = generations[label(of: rrset)]
                }
            }
            #expect(held == catalog.members)
        }
    }

    private func label(of rrset: RRset) -> String {
        String(decoding: rrset.owner.labels[0], as: UTF8.self)
    }

    @Test("what is remembered is bounded, and a follower further behind gets the whole catalog")
    func bounds() throws {
        var catalog = try catalog()
        let zone = try Name(text: "a.")
        for number in 0..<UInt64(CatalogZone.rememberedSteps) + 10 {
            _ = catalog.apply([(zone, number)], now: 0)
        }
        #expect(catalog.steps.count <= CatalogZone.rememberedSteps)
        #expect(try catalog.differences(of: catalog.name, since: 1_000, octets: .max) == nil)
        #expect(try catalog.differences(of: catalog.name, since: catalog.serial - 1, octets: .max) != nil)
        #expect(try catalog.differences(of: catalog.name, since: catalog.serial - 1, octets: 10) == nil)
        // Differences larger than the catalog are of no use.
        #expect(try catalog.differences(of: catalog.name, since: catalog.serial - 9_000, octets: .max) == nil)
    }

    @Test("a catalog of many messages has each member once")
    func size() throws {
        let members = Dictionary(
            uniqueKeysWithValues: (0..<5_000).map { ("zone-number-\($0).example.net.", UInt64($0)) }
        )
        let collected = try Collected(catalog(members))
        #expect(collected.messages.count > 5)
        #expect(Set(collected.lines).count == 5_003 && collected.lines.count == 5_004)
    }
}
