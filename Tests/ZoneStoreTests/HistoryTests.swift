// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Synchronization
import Testing
import ZoneStore

@Suite struct HistoryTests {
    let fixture: StoreFixture
    var store: ZoneStore { fixture.store }

    init() throws {
        fixture = try StoreFixture()
    }

    private let apex = "example"

    private func zone(_ version: UInt64, _ rrsets: [RRset]) throws -> ZoneContents {
        try ZoneContents(apex, version: version, rrsets)
    }

    private func apply(_ operation: ZoneOperation) throws {
        #expect(try store.apply([operation], position: nil) == [.applied])
    }

    private func differences(since serial: UInt32) throws -> [ZoneDifference]? {
        try store.transferSnapshot().differences(of: Name(apex), since: serial)
    }

    /// A record as a secondary holds it.
    private struct Record: Hashable {
        let owner: Name
        let type: RRType
        let ttl: UInt32
        let rdata: [UInt8]
    }

    private func records(_ rrsets: [RRset]) -> Set<Record> {
        Set(
            rrsets.flatMap { set in set.rdatas.map { Record(owner: set.owner, type: set.type, ttl: set.ttl, rdata: $0) }
            }
        )
    }

    /// What a secondary makes of the differences: each record that goes was there, and each that comes was not.
    private func follow(_ steps: [ZoneDifference], from start: [RRset]) -> [RRset]? {
        var held = records(start)
        for step in steps {
            for record in records(step.removed + [step.oldSOA]) where held.remove(record) == nil { return nil }
            for record in records(step.added + [step.newSOA]) where !held.insert(record).inserted { return nil }
        }
        return held.map { RRset(owner: $0.owner, type: $0.type, ttl: $0.ttl, rdatas: [$0.rdata]) }
    }

    @Test("a step has the records that differ, and no others")
    func minimal() throws {
        let first = try zone(1, [.address("a.example", 1, 2, 3), .address("b.example", 1), .address("c.example", 1)])
        let longer = RRset(owner: try Name("c.example"), type: .a, ttl: 900, rdatas: [[192, 0, 2, 1]])
        let second = try zone(2, [.address("a.example", 2, 3, 4), .address("b.example", 1), longer])
        try apply(.replace(first))
        try apply(.update(first.update(to: second)))
        let step = try #require(try differences(since: 1)?.first)
        #expect(try step.removed == [.address("a.example", 1), .address("c.example", 1)])
        #expect(try step.added == [.address("a.example", 4), longer])
        #expect(try (step.oldSOA, step.newSOA) == (.soa(apex, serial: 1), .soa(apex, serial: 2)))
        #expect((step.from, step.to) == (1, 2))
        #expect(try differences(since: 2) == [])
        #expect(try differences(since: 3) == nil)
        #expect(try differences(since: 0) == nil)
    }

    @Test("secondaries that follow random updates and replacements from any serial end with the zone", arguments: 1...4)
    func walk(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var versions: [ZoneContents] = []
        for version in 1...40 as ClosedRange<UInt64> {
            var hosts = versions.last?.rrsets.filter { $0.type == .a } ?? []
            if hosts.isEmpty { hosts = try (0..<60).map { try .address("h\($0).example", 1) } }
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<60, using: &generator)
                let owner = try Name("h\(index).example")
                hosts.removeAll { $0.owner == owner }
                if Bool.random(using: &generator) {
                    hosts.append(
                        try .address(
                            "h\(index).example",
                            .random(in: 0...4, using: &generator),
                            .random(in: 5...9, using: &generator)
                        )
                    )
                }
            }
            let next = try zone(version, hosts)
            if let last = versions.last, Bool.random(using: &generator) {
                try apply(.update(last.update(to: next)))
            } else {
                try apply(.replace(next))
            }
            versions.append(next)
        }
        let last = try #require(versions.last)
        for start in versions {
            let steps = try #require(try differences(since: start.serial))
            let end = try #require(follow(steps, from: start.rrsets))
            #expect(records(end) == records(last.rrsets))
        }
        let stored = try #require(try store.contents(of: last.name))
        #expect(Set(stored.rrsets) == Set(last.rrsets))
        #expect(try store.zone(named: last.name)?.records == records(last.rrsets).count)
    }

    @Test("the history is bounded by steps, and the newest stay")
    func count() throws {
        var current = try zone(1, [.address("a.example", 0)])
        try apply(.replace(current))
        for version in 2...1_300 as ClosedRange<UInt64> {
            let next = try zone(version, [.address("a.example", UInt8(version % 250))])
            try apply(.update(current.update(to: next)))
            current = next
        }
        let oldest = try #require(try (1...1_299).first { try differences(since: $0) != nil })
        #expect(oldest > 1 && oldest < 1_000)
        #expect(try differences(since: oldest)?.count == 1_300 - Int(oldest))
    }

    @Test("the history takes no more room than the zone, and a step larger than that ends it")
    func octets() throws {
        func text(_ owner: String, _ length: Int, _ fill: UInt8) throws -> RRset {
            RRset(owner: try Name(owner), type: .txt, ttl: 60, rdatas: [[UInt8](repeating: fill, count: length)])
        }
        var current = try zone(1, [text("a.example", 20_000, 0)])
        try apply(.replace(current))
        for version in 2...8 as ClosedRange<UInt64> {
            let next = try zone(version, [text("a.example", 20_000, UInt8(version))])
            try apply(.update(current.update(to: next)))
            current = next
        }
        // Each step has both texts, and 64 KiB are kept in any case.
        #expect(try differences(since: 7)?.count == 1)
        #expect(try differences(since: 6) == nil)
        let small = try zone(9, [text("a.example", 10, 1)])
        try apply(.update(current.update(to: small)))
        let great = try zone(10, [text("a.example", 60_000, 1), text("b.example", 60_000, 2)])
        try apply(.update(small.update(to: great)))
        let last = try zone(11, [text("a.example", 60_000, 3), text("b.example", 60_000, 4)])
        try apply(.update(great.update(to: last)))
        #expect(try differences(since: 10) == nil)
    }

    @Test("a serial that does not grow, a zone that is replaced by quite another, or deleted, ends the history")
    func ends() throws {
        let first = try zone(100, (0..<80).map { try .address("h\($0).example", 1) })
        let second = try zone(101, first.rrsets.filter { $0.type == .a }.dropLast())
        try apply(.replace(first))
        try apply(.update(first.update(to: second)))
        #expect(try differences(since: 100)?.count == 1)
        let other = try zone(102, (0..<80).map { try .address("other\($0).example", 1) })
        try apply(.replace(other))
        #expect(try differences(since: 100) == nil && differences(since: 101) == nil)
        let soa = try RRset.soa(apex, serial: 50)
        let back = ZoneContents(
            name: try Name(apex),
            generation: 1,
            version: 103,
            serial: 50,
            hash: ZoneContents.hash(of: [soa] + other.rrsets.filter { $0.type == .a }, digest: sha256),
            rrsets: [soa] + other.rrsets.filter { $0.type == .a }
        )
        try apply(.update(other.update(to: back)))
        #expect(try differences(since: 102) == nil)
        #expect(try differences(since: 50) == [])
        try apply(.delete(name: Name(apex), generation: 1, version: 103))
        #expect(try differences(since: 50) == nil)
        try apply(.replace(zone(1, [])))
        #expect(try differences(since: 102) == nil)
    }

    @Test("serials that wrap around go on as one history")
    func wrap() throws {
        var current: ZoneContents?
        let serials: [UInt32] = [.max - 2, .max - 1, .max, 0, 1, 2]
        for (index, serial) in serials.enumerated() {
            let rrsets = try [RRset.soa(apex, serial: serial), .address("a.example", UInt8(index))]
            let next = ZoneContents(
                name: try Name(apex),
                generation: 1,
                version: UInt64(index + 1),
                serial: serial,
                hash: ZoneContents.hash(of: rrsets, digest: sha256),
                rrsets: rrsets
            )
            try apply(current.map { .update($0.update(to: next)) } ?? .replace(next))
            current = next
        }
        for (index, serial) in serials.enumerated() {
            #expect(try differences(since: serial)?.count == serials.count - 1 - index)
        }
    }

    @Test("a transfer reads one state in pieces while the zone changes under it")
    func snapshot() throws {
        let first = try zone(1, (0..<300).map { try .address("h\($0).example", 1) })
        try apply(.replace(first))
        let snapshot = try store.transferSnapshot()
        var read: [RRset] = []
        var walk = try TransferWalk(snapshot, of: Name(apex))
        var version: UInt64 = 1
        var current = first
        var isOver = false
        while !isOver {
            let piece = try WalkedPiece(&walk, apex: Name(apex), limit: 7)
            #expect(piece.isOver || piece.owners.count == 7)
            read += piece.rrsets
            isOver = piece.isOver
            version += 1
            let next = try zone(version, (0..<300).map { try .address("h\($0).example", UInt8(version)) })
            try apply(.replace(next))
            current = next
        }
        #expect(Set(read) == Set(first.rrsets) && read.count == first.rrsets.count)
        #expect(read.map(\.owner) == read.map(\.owner).sorted())
        #expect(try snapshot.zone(Name(apex))?.version == 1)
        #expect(try snapshot.soa(of: Name("EXAMPLE")) == .soa(apex, serial: 1))
        #expect(try snapshot.zone(Name("other")) == nil)
        #expect(try store.transferSnapshot().zone(Name(apex))?.version == current.version)
    }

    @Test("a snapshot is lost when the map has to move, and says so")
    func growth() throws {
        let fixture = try StoreFixture(mapSize: 1 << 20)
        let store = fixture.store
        #expect(try store.apply([.replace(zone(1, []))], position: nil) == [.applied])
        let snapshot = try store.transferSnapshot()
        let large = try (0..<20_000).map { try RRset.address("h\($0).example", 1) }
        #expect(try store.apply([.replace(zone(2, large))], position: nil) == [.applied])
        #expect(throws: ZoneStoreError.snapshotLost(path: store.path)) { try snapshot.zone(Name(apex)) }
        #expect(try store.transferSnapshot().zone(Name(apex))?.version == 2)
    }

    @Test("observers hear of zones that changed, and only of these")
    func observers() throws {
        let heard = Mutex<[[AppliedZone]]>([])
        store.observeChanges { zones in heard.withLock { $0.append(zones) } }
        let first = try zone(1, [])
        let second = try zone(2, [.address("a.example", 1)])
        let other = try ZoneContents("other", version: 5, [])
        _ = try store.apply([.replace(first), .update(first.update(to: second)), .replace(other)], position: nil)
        _ = try store.apply([.replace(first)], position: nil)
        _ = try store.apply([.delete(name: other.name, generation: 1, version: 5)], position: nil)
        let seen = heard.withLock { $0.map { $0.map { [$0.serial] } } }
        #expect(seen == [[[1], [2], [5]], [[nil]]])
    }
}

/// A generator whose numbers depend on its seed only (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
