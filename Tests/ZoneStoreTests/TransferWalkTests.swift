// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@testable import ZoneStore

/// The walk that transfers read a zone by, against the zone's contents.
@Suite struct TransferWalkTests {
    /// A zone of names of all shapes; with hashed owners, one of which is a name of the zone, too, if `isHashed`.
    private static func zone(_ apex: String, isHashed: Bool) throws -> ZoneContents {
        var generator = SeededGenerator(seed: 4)
        let name = try Name(apex)
        var owners: Set<Name> = []
        for _ in 0..<800 {
            var owner = name
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                // Octets 0 and 1 are escaped in keys.
                let label = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                    UInt8.random(in: 0...4, using: &generator)
                }
                owner = try owner.prepending(label)
            }
            owners.insert(owner)
        }
        var rrsets = owners.map { RRset(owner: $0, type: .a, ttl: 60, rdatas: [[192, 0, 2, 1], [192, 0, 2, 2]]) }
        rrsets.append(RRset(owner: name, type: .txt, ttl: 60, rdatas: (0..<90 as Range<UInt8>).map { [1, $0] }))
        // 191 and 63 octets of labels beside the apex: as long as names get.
        let long = try (0..<3).reduce(name) { long, _ in try long.prepending([UInt8](repeating: 0x6C, count: 63)) }
        rrsets.append(RRset(owner: long, type: .a, ttl: 60, rdatas: [[192, 0, 2, 3]]))
        guard isHashed else { return try ZoneContents(apex, version: 1, rrsets) }
        let salt: [UInt8] = [1, 0, 0, 0, 0]
        rrsets.append(RRset(owner: name, type: .nsec3param, ttl: 0, rdatas: [salt]))
        for first in 0..<60 as Range<UInt8> {
            let digits = Array("0123456789abcdefghijklmnopqrstuv".utf8)
            let label = (0..<32).map { _ in digits.randomElement(using: &generator) ?? 0x30 }
            let owner = try name.prepending(label)
            let hashed = salt + [20] + [UInt8](repeating: first, count: 20)
            rrsets.append(RRset(owner: owner, type: .nsec3, ttl: 60, rdatas: [hashed]))
            var signatures = [[0, 50] + [UInt8](repeating: first, count: 30)]
            if first % 20 == 0 {
                rrsets.append(RRset(owner: owner, type: .a, ttl: 60, rdatas: [[192, 0, 2, first]]))
                signatures.append([0, 1] + [UInt8](repeating: first, count: 30))
            }
            rrsets.append(RRset(owner: owner, type: .rrsig, ttl: 60, rdatas: signatures))
        }
        return try ZoneContents(apex, version: 1, rrsets)
    }

    @Test(
        "the walk gives what the zone holds, in canonical order, in pieces of any size",
        arguments: [false, true],
        [1, 3, 100, .max]
    )
    func pieces(isHashed: Bool, limit: Int) throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let zone = try Self.zone("example", isHashed: isHashed)
        let others = [try ZoneContents("a", version: 1, [.address("h.a", 1)]), try ZoneContents("z", version: 1, [])]
        #expect(try store.apply([.replace(others[0]), .replace(zone), .replace(others[1])], position: nil).count == 3)
        let contents = try #require(try store.contents(of: Name("example")))
        #expect(Set(contents.rrsets) == Set(zone.rrsets))
        var walk = try TransferWalk(try store.transferSnapshot(), of: Name("EXAMPLE"))
        var owners: [Name] = []
        var rrsets: [RRset] = []
        var isOver = false
        while !isOver {
            let piece = try WalkedPiece(&walk, apex: Name("example"), limit: limit)
            owners += piece.owners
            rrsets += piece.rrsets
            isOver = piece.isOver
        }
        #expect(rrsets == contents.rrsets)
        #expect(Set(owners).count == owners.count)
        #expect(try WalkedPiece(&walk, apex: Name("example")).owners.isEmpty)
    }

    @Test("a zone that is not held has no owners, and a damaged value ends the walk with an error")
    func failures() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let zone = try ZoneContents("example", version: 1, [.address("a.example", 1), .address("b.example", 2)])
        #expect(try store.apply([.replace(zone)], position: nil) == [.applied])
        var none = try TransferWalk(try store.transferSnapshot(), of: Name("other"))
        #expect(try WalkedPiece(&none, apex: Name("other")).isOver)
        let transaction = try LMDBTransaction(store.environment, readOnly: false)
        let place = try #require(OwnerPlace(Name("b.example"), zone: 1, apexLabels: 1))
        var value = try #require(try transaction.get(store.environment.nodes, place.key))
        value[value.count - 1] ^= 1
        try transaction.put(store.environment.nodes, place.key, value)
        try transaction.commit()
        var walk = try TransferWalk(try store.transferSnapshot(), of: Name("example"))
        let reason = "a value does not match its checksum"
        #expect(throws: ZoneStoreError.corrupt(path: store.path, reason: reason)) {
            try WalkedPiece(&walk, apex: Name("example"))
        }
    }
}
