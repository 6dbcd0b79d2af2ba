// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing
import ZoneStore

@Suite struct ApplyTests {
    let fixture: StoreFixture
    var store: ZoneStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    private func apply(_ operations: ZoneOperation..., position: UInt64? = nil) throws -> [ZoneOutcome] {
        try store.apply(operations, position: position.map { StreamPosition(epoch: "e1", position: $0) })
    }

    /// The stored zone equals `contents`, whatever the order of RRsets.
    private func expectStored(_ contents: ZoneContents, at location: SourceLocation = #_sourceLocation) throws {
        let stored = try #require(try store.contents(of: contents.name), sourceLocation: location)
        #expect(Set(stored.rrsets) == Set(contents.rrsets), sourceLocation: location)
        #expect(stored.version == contents.version, sourceLocation: location)
        #expect(stored.generation == contents.generation, sourceLocation: location)
        #expect(stored.serial == contents.serial, sourceLocation: location)
        #expect(stored.hash == contents.hash, sourceLocation: location)
        #expect(ZoneContents.hash(of: stored.rrsets, digest: sha256) == stored.hash, sourceLocation: location)
    }

    @Test("a zone that was put comes back whole, in canonical order")
    func roundTrip() throws {
        let zone = try ZoneContents(
            "example.com",
            version: 3,
            [.address("z.example.com", 1, 2), .address("a.example.com", 3), .address("b.a.example.com", 4)]
        )
        #expect(try apply(.replace(zone)) == [.applied])
        try expectStored(zone)
        let owners = try #require(try store.contents(of: zone.name)).rrsets.map(\.owner)
        #expect(owners == owners.sorted())
        #expect(try store.count() == 1)
    }

    @Test("a replayed or older zone changes nothing")
    func replay() throws {
        let old = try ZoneContents("example.com", version: 3, [.address("a.example.com", 1)])
        let new = try ZoneContents("example.com", version: 4, [.address("a.example.com", 2)])
        #expect(try apply(.replace(new)) == [.applied])
        #expect(try apply(.replace(new), .replace(old)) == [.unchanged, .unchanged])
        try expectStored(new)
    }

    @Test("an update takes the zone from its base to the next version, and a replay of it changes nothing")
    func update() throws {
        let first = try ZoneContents(
            "example.com",
            version: 1,
            [.address("a.example.com", 1), .address("b.example.com", 2)]
        )
        let second = try ZoneContents(
            "example.com",
            version: 2,
            [.address("a.example.com", 7), .address("c.example.com", 3)]
        )
        #expect(try apply(.replace(first)) == [.applied])
        #expect(try apply(.update(first.update(to: second))) == [.applied])
        try expectStored(second)
        #expect(try apply(.update(first.update(to: second))) == [.unchanged])
        try expectStored(second)
    }

    @Test("an update from another version, or of a zone that is not there, is a base mismatch")
    func baseMismatch() throws {
        let first = try ZoneContents("example.com", version: 1, [])
        let second = try ZoneContents("example.com", version: 2, [.address("a.example.com", 1)])
        let third = try ZoneContents("example.com", version: 3, [.address("a.example.com", 2)])
        #expect(try apply(.update(first.update(to: second))) == [.baseMismatch])
        #expect(try apply(.replace(first)) == [.applied])
        #expect(try apply(.update(second.update(to: third))) == [.baseMismatch])
        let otherLife = try ZoneContents("example.com", generation: 2, version: 2, [])
        #expect(try apply(.update(first.update(to: otherLife))) == [.baseMismatch])
        try expectStored(first)
    }

    @Test("RRsets that do not add up to the hash leave the zone as it was, and the others are applied")
    func hashMismatch() throws {
        let first = try ZoneContents("example.com", version: 1, [.address("a.example.com", 1)])
        let second = try ZoneContents("example.com", version: 2, [.address("a.example.com", 2)])
        let other = try ZoneContents("example.org", version: 1, [])
        #expect(try apply(.replace(first)) == [.applied])
        let wrong = ZoneUpdate(
            name: first.name,
            generation: 1,
            base: 1,
            version: 2,
            serial: 2,
            hash: first.hash,
            removed: [],
            rrsets: second.rrsets
        )
        let wrongZone = ZoneContents(
            name: first.name,
            generation: 1,
            version: 9,
            serial: 2,
            hash: .zero,
            rrsets: second.rrsets
        )
        #expect(
            try apply(.update(wrong), .replace(wrongZone), .replace(other))
                == [.hashMismatch, .hashMismatch, .applied]
        )
        try expectStored(first)
        try expectStored(other)
    }

    @Test("a zone that is deleted and made again needs a greater generation, and a late delete does not harm it")
    func generations() throws {
        let first = try ZoneContents("example.com", generation: 5, version: 8, [.address("a.example.com", 1)])
        let again = try ZoneContents("example.com", generation: 6, version: 1, [.address("a.example.com", 2)])
        #expect(try apply(.replace(first)) == [.applied])
        #expect(try apply(.delete(name: first.name, generation: 5, version: 9)) == [.applied])
        #expect(try store.zone(named: first.name) == nil)
        #expect(try store.contents(of: first.name) == nil)
        #expect(try apply(.delete(name: first.name, generation: 5, version: 9)) == [.unchanged])
        #expect(try apply(.replace(again)) == [.applied])
        #expect(try apply(.delete(name: first.name, generation: 5, version: 9)) == [.unchanged])
        #expect(try apply(.delete(name: first.name, generation: 6, version: 0)) == [.unchanged])
        try expectStored(again)
    }

    @Test("a zone without a SOA, with two, or with another serial is refused")
    func refusals() throws {
        let zone = try ZoneContents("example.com", version: 2, [.address("a.example.com", 1)])
        func variant(serial: UInt32 = 2, _ rrsets: [RRset]) -> ZoneOperation {
            .replace(
                ZoneContents(
                    name: zone.name,
                    generation: 1,
                    version: 2,
                    serial: serial,
                    hash: ZoneContents.hash(of: rrsets, digest: sha256),
                    rrsets: rrsets
                )
            )
        }
        let soa = try RRset.soa("example.com", serial: 2)
        let otherSOA = try RRset.soa("example.com", serial: 3)
        let twice = RRset(owner: soa.owner, type: .soa, ttl: 1, rdatas: soa.rdatas + otherSOA.rdatas)
        let foreign = try RRset.address("a.example.org", 1)
        let address = try RRset.address("a.example.com", 1)
        let none = RRset(owner: address.owner, type: .a, ttl: 1, rdatas: [])
        #expect(try apply(variant([])) == [.refused(.noSOA)])
        #expect(try apply(variant([address])) == [.refused(.noSOA)])
        #expect(try apply(variant([twice])) == [.refused(.badSOA)])
        #expect(try apply(variant(serial: 7, [soa])) == [.refused(.serialMismatch)])
        #expect(try apply(variant([soa, foreign])) == [.refused(.outOfZone(foreign.owner))])
        #expect(try apply(variant([soa, address, address])) == [.refused(.duplicate(address.key))])
        #expect(try apply(variant([soa, none])) == [.refused(.badRRset(none.key))])
        #expect(try store.count() == 0)
        #expect(try apply(.replace(zone)) == [.applied])
        let emptied = ZoneUpdate(
            name: zone.name,
            generation: 1,
            base: 2,
            version: 3,
            serial: 2,
            hash: zone.hash &- ZoneContents.hash(of: [soa], digest: sha256),
            removed: [soa.key],
            rrsets: []
        )
        #expect(try apply(.update(emptied)) == [.refused(.noSOA)])
        try expectStored(zone)
    }

    @Test("the hash of all zones, kept from change to change, equals the one computed anew")
    func setHash() throws {
        var generator = SystemRandomNumberGenerator()
        var current: [String: ZoneContents] = [:]
        for round in 1...60 as ClosedRange<UInt64> {
            let name = "z\(UInt8.random(in: 0..<6, using: &generator)).example"
            let next = try ZoneContents(
                name,
                version: round,
                (0..<4).map { try .address("h\($0).\(name)", .random(in: 0...255, using: &generator)) }
            )
            if let old = current[name], round % 5 == 0 {
                #expect(try apply(.delete(name: old.name, generation: 1, version: round)) == [.applied])
                current[name] = nil
            } else if let old = current[name], round % 2 == 0 {
                #expect(try apply(.update(old.update(to: next))) == [.applied])
                current[name] = next
            } else {
                #expect(try apply(.replace(next)) == [.applied])
                current[name] = next
            }
            let summaries = try store.zones()
            #expect(Set(summaries.map(\.name)) == Set(current.values.map(\.name)))
            #expect(
                try store.setHash() == summaries.reduce(.zero) { $0 &+ $1.setMember(digest: sha256) }
            )
        }
    }

    @Test("the position is stored with the batch and survives reopening")
    func position() throws {
        #expect(try store.position() == nil)
        let zone = try ZoneContents("example.com", version: 1, [])
        #expect(try apply(.replace(zone), position: 41) == [.applied])
        #expect(try store.position() == StreamPosition(epoch: "e1", position: 41))
        #expect(try apply(position: 42) == [])
        let reader = try ZoneStore(path: store.path, readOnly: true, digest: sha256)
        #expect(try reader.position() == StreamPosition(epoch: "e1", position: 42))
        #expect(try reader.zones() == store.zones())
        #expect(throws: ZoneStoreError.openedReadOnly(path: store.path)) {
            try reader.apply([], position: nil)
        }
    }

    @Test("names with zero octets, ones, dots and upper case keep their place and their labels")
    func strangeNames() throws {
        let apex = try Name("example")
        let labels: [[UInt8]] = [[0], [0, 0], [1], [1, 0], [2], [0x2E], Array("ABC".utf8), [0xFF]]
        let rrsets = try labels.map { label in
            RRset(owner: try apex.prepending(label), type: .a, ttl: 1, rdatas: [[1, 2, 3, 4]])
        }
        let longest = try Name(labels: [63, 63, 63, 53].map { [UInt8](repeating: 0, count: $0) }).concatenating(apex)
        #expect(longest.wire.count == 255)
        let zone = try ZoneContents(
            "example",
            version: 1,
            rrsets + [RRset(owner: longest, type: .a, ttl: 1, rdatas: [[1, 2, 3, 4]])]
        )
        #expect(try apply(.replace(zone)) == [.applied])
        try expectStored(zone)
        let owners = try #require(try store.contents(of: apex)).rrsets.map(\.owner)
        #expect(owners == owners.sorted())
    }

    @Test("the root and zones within zones are stored apart from each other")
    func nestedZones() throws {
        let names = ["", "com", "example.com", "sub.example.com", "examplf.com"]
        for name in names {
            #expect(try apply(.replace(ZoneContents(name, version: 1, []))) == [.applied])
        }
        #expect(try store.zones().map(\.name) == names.map { try Name($0) }.sorted())
        #expect(
            try store.zones(after: Name("com"), limit: 2).map(\.name) == [Name("example.com"), Name("sub.example.com")]
        )
        #expect(try store.zones(after: .root, limit: 1).map(\.name) == [Name("com")])
        #expect(try apply(.delete(name: Name("example.com"), generation: 1, version: 1)) == [.applied])
        #expect(try store.contents(of: Name("sub.example.com"))?.rrsets.count == 1)
    }
}
