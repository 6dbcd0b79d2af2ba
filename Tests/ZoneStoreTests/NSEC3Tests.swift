// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing
import ZoneStore

@Suite struct NSEC3Tests {
    let fixture: StoreFixture
    var store: ZoneStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    private static let salt: [UInt8] = [0xAB, 0xCD]

    private func parameters(_ owner: String, algorithm: UInt8 = 1, flags: UInt8 = 0, iterations: UInt8 = 5) throws
        -> RRset
    {
        let rdata = [algorithm, flags, 0, iterations, UInt8(Self.salt.count)] + Self.salt
        return RRset(owner: try Name(owner), type: .nsec3param, ttl: 0, rdatas: [rdata])
    }

    /// 20 octets that begin with `first`.
    private func hash(_ first: UInt8, _ second: UInt8 = 0) -> [UInt8] {
        [first, second] + [UInt8](repeating: 0x5A, count: 18)
    }

    private func owner(_ hash: [UInt8], _ apex: String) throws -> Name {
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUV".utf8)
        let bits = hash.flatMap { octet in (0..<8).map { octet >> (7 - UInt8($0)) & 1 } }
        let label = stride(from: 0, to: bits.count, by: 5).map { start in
            digits[Int(bits[start..<start + 5].reduce(UInt8(0)) { $0 << 1 | $1 })]
        }
        return try Name(apex).prepending(label)
    }

    private func record(_ hash: [UInt8], _ apex: String, iterations: UInt8 = 5, next: UInt8 = 9) throws -> RRset {
        let rdata = [1, 0, 0, iterations, UInt8(Self.salt.count)] + Self.salt + [20] + self.hash(next) + [0, 1, 0x40]
        return RRset(owner: try owner(hash, apex), type: .nsec3, ttl: 300, rdatas: [rdata])
    }

    private func signature(_ owner: Name, covering types: RRType..., seed: UInt8 = 1) -> RRset {
        RRset(
            owner: owner,
            type: .rrsig,
            ttl: 300,
            rdatas: types.map { type in
                [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 255)] + [UInt8](repeating: seed, count: 20)
            }
        )
    }

    /// What a look-up of a hash finds: the first octets of the owner's hash, whether it is exact, and the types.
    private func look(_ hash: [UInt8], in apex: String) throws -> (first: UInt8, isExact: Bool, types: [UInt16])? {
        var reader = try ZoneReader(store)
        try reader.begin()
        defer { reader.end() }
        var key = LookupKey()
        let wire = try Name(apex).wire
        guard unsafe wire.withUnsafeBytes({ unsafe key.load($0) }) != nil else { return nil }
        guard let zone = try reader.zone(key, labels: key.labels) else { return nil }
        return try unsafe hash.withUnsafeBytes { octets in
            guard let match = try unsafe reader.nsec3(octets, in: zone) else { return nil }
            var types: [UInt16] = []
            var offset = NodeView.firstOffset
            while let rrset = match.node.next(&offset) { types.append(rrset.type) }
            return unsafe (match.hash[0], match.isExact, types)
        }
    }

    private func exists(_ name: Name, in apex: String) throws -> Bool {
        var reader = try ZoneReader(store)
        try reader.begin()
        defer { reader.end() }
        var key = LookupKey()
        guard unsafe name.wire.withUnsafeBytes({ unsafe key.load($0) }) != nil else { return false }
        guard let zone = try reader.zone(key, labels: key.labels) else { return false }
        key.select(zone)
        let match = try reader.match(key, labels: key.labels, in: zone)
        return match.node != nil || match.isEmptyNonTerminal
    }

    private func zone(_ apex: String, version: UInt64 = 1, _ rrsets: [RRset]) throws -> ZoneContents {
        try ZoneContents(apex, version: version, [parameters(apex)] + rrsets)
    }

    @Test("a hash is found itself, or by the one in front of it, the last standing in front of the first")
    func ring() throws {
        let apex = "example"
        let hashes = [2, 4, 6].map { hash($0) }
        let records = try hashes.flatMap { [try record($0, apex), signature(try owner($0, apex), covering: .nsec3)] }
        #expect(
            try store.apply([.replace(zone(apex, records)), .replace(zone("aaa", []))], position: nil) == [
                .applied, .applied,
            ]
        )
        #expect(try store.apply([.replace(zone("zzz", [record(hash(5), "zzz")]))], position: nil) == [.applied])
        for (wanted, first, isExact) in [
            (2, 2, true), (3, 2, false), (4, 4, true), (5, 4, false), (6, 6, true), (0xFF, 6, false), (0, 6, false),
        ] as [(UInt8, UInt8, Bool)] {
            let found = try #require(try look(hash(wanted), in: apex))
            #expect(found.first == first && found.isExact == isExact, "\(wanted)")
            #expect(found.types == [RRType.rrsig.rawValue, RRType.nsec3.rawValue])
        }
        #expect(try look(hash(2), in: "aaa") == nil)
        #expect(try look(hash(1), in: "zzz")?.first == 5)
    }

    @Test("hashed owners are no names of the zone, but part of its contents in canonical order and of its hash")
    func apart() throws {
        let apex = "example"
        let contents = try zone(
            apex,
            [record(hash(0x10), apex), record(hash(0x80), apex), .address("a.example", 1), .address("zz.example", 2)]
        )
        #expect(try store.apply([.replace(contents)], position: nil) == [.applied])
        #expect(try !exists(owner(hash(0x10), apex), in: apex))
        #expect(try exists(Name("a.example"), in: apex))
        let stored = try #require(try store.contents(of: Name(apex)))
        #expect(Set(stored.rrsets) == Set(contents.rrsets))
        #expect(stored.rrsets.map(\.owner) == stored.rrsets.map(\.owner).sorted())
        #expect(ZoneContents.hash(of: stored.rrsets, digest: sha256) == stored.hash)
        #expect(try store.zone(named: Name(apex))?.records == 6)
    }

    @Test("an owner with other types too stays a name with these, and only the signatures of NSEC3 go with NSEC3")
    func mixed() throws {
        let apex = "example"
        let name = try owner(hash(7), apex)
        let address = RRset(owner: name, type: .a, ttl: 300, rdatas: [[192, 0, 2, 1]])
        let contents = try zone(apex, [address, record(hash(7), apex), signature(name, covering: .nsec3, .a)])
        #expect(try store.apply([.replace(contents)], position: nil) == [.applied])
        #expect(try exists(name, in: apex))
        #expect(try look(hash(7), in: apex)?.types == [RRType.rrsig.rawValue, RRType.nsec3.rawValue])
        #expect(try Set(#require(try store.contents(of: Name(apex))).rrsets) == Set(contents.rrsets))
        // Without NSEC3 records, all that such an owner has is its own.
        let without = try zone(apex, version: 2, [address, signature(name, covering: .a)])
        #expect(try store.apply([.update(contents.update(to: without))], position: nil) == [.applied])
        #expect(try look(hash(7), in: apex) == nil)
        #expect(try Set(#require(try store.contents(of: Name(apex))).rrsets) == Set(without.rrsets))
    }

    @Test("updates bring, change and remove NSEC3 records, and a deleted zone leaves none behind")
    func updates() throws {
        let apex = "example"
        let steps = try [
            [record(hash(1), apex), record(hash(3), apex)],
            [record(hash(1), apex, next: 2), record(hash(2), apex), record(hash(3), apex)],
            [record(hash(2), apex, next: 7)],
            [],
        ]
        var current: ZoneContents?
        for (index, step) in steps.enumerated() {
            let next = try zone(apex, version: UInt64(index + 1), step)
            let operation: ZoneOperation = current.map { .update($0.update(to: next)) } ?? .replace(next)
            #expect(try store.apply([operation], position: nil) == [.applied])
            #expect(try Set(#require(try store.contents(of: Name(apex))).rrsets) == Set(next.rrsets))
            for first in 1...3 as ClosedRange<UInt8> {
                let isThere = try next.rrsets.contains { try $0.owner == owner(hash(first), apex) }
                #expect(try (look(hash(first), in: apex)?.isExact ?? false) == isThere)
            }
            current = next
        }
        let last = try zone(apex, version: 9, [record(hash(1), apex)])
        #expect(try store.apply([.replace(last)], position: nil) == [.applied])
        #expect(try store.apply([.delete(name: Name(apex), generation: 1, version: 9)], position: nil) == [.applied])
        #expect(try store.apply([.replace(zone(apex, version: 10, []))], position: nil) == [.applied])
        #expect(try look(hash(1), in: apex) == nil)
    }

    @Test("only a chain with SHA-1 and without flags is used, and records of another chain are passed over")
    func chains() throws {
        let apex = "example"
        let records = try [record(hash(2), apex), record(hash(4), apex, iterations: 7), record(hash(6), apex)]
        #expect(try store.apply([.replace(zone(apex, records))], position: nil) == [.applied])
        #expect(try look(hash(4), in: apex)?.first == 2)
        #expect(try look(hash(4), in: apex)?.isExact == false)
        #expect(try look(hash(6), in: apex)?.isExact == true)
        for (version, parameters) in try [parameters(apex, algorithm: 2), parameters(apex, flags: 1)].enumerated() {
            let contents = try ZoneContents(apex, version: UInt64(version + 2), [parameters] + records)
            #expect(try store.apply([.replace(contents)], position: nil) == [.applied])
            #expect(try look(hash(2), in: apex) == nil)
        }
    }
}
