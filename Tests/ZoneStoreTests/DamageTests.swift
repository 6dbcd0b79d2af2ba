// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Testing

@testable import ZoneStore

/// What becomes of answers when the file is not what was written.
@Suite struct DamageTests {
    /// Zones of every kind, some of them with a history.
    private static func zones() throws -> [ZoneContents] {
        var zones: [ZoneContents] = []
        for index in 0..<24 {
            let apex = "z\(index).example"
            var rrsets = try (0..<12).map { try RRset.address("h\($0).\(apex)", UInt8($0), UInt8(index)) }
            rrsets.append(try .address("*.wild.\(apex)", 1))
            if index % 3 == 0 {
                let salt: [UInt8] = [1, 0, 0, 0, 0]
                rrsets.append(RRset(owner: try Name(apex), type: .nsec3param, ttl: 0, rdatas: [salt]))
                for first in 0..<6 as Range<UInt8> {
                    let label = [first + 0x61] + [UInt8](repeating: 0x30, count: 31)
                    rrsets.append(
                        RRset(
                            owner: try Name(apex).prepending(label),
                            type: .nsec3,
                            ttl: 60,
                            rdatas: [salt + [20] + [UInt8](repeating: first, count: 20)]
                        )
                    )
                }
            }
            if index % 4 == 0 {
                rrsets.append(
                    RRset(
                        owner: try Name("large.\(apex)"),
                        type: .txt,
                        ttl: 60,
                        rdatas: (0..<40 as Range<UInt8>).map { [200] + [UInt8](repeating: $0, count: 200) }
                    )
                )
            }
            zones.append(try ZoneContents(apex, version: 1, rrsets))
        }
        return zones
    }

    /// A store of `zones` after some changes; gives back what it holds.
    private static func fill(_ store: ZoneStore) throws -> [ZoneContents] {
        var held: [ZoneContents] = []
        let position = StreamPosition(epoch: "e", position: 7)
        for zone in try zones() {
            _ = try store.apply([.replace(zone)], position: position)
            let apex = String(decoding: zone.name.wire.dropFirst().prefix { $0 > 31 }, as: UTF8.self) + ".example"
            let next = try ZoneContents(
                apex,
                version: 2,
                zone.rrsets.filter { $0.type != .soa } + [.address("new.\(apex)", 9)]
            )
            #expect(try store.apply([.update(zone.update(to: next))], position: position) == [.applied])
            held.append(next)
        }
        return held
    }

    private struct Tally {
        var right = 0
        var failed = 0
        var absent = 0
        var wrong: [String] = []
    }

    /// Asks for everything that the zones hold, and for names that they do not.
    private func ask(_ store: ZoneStore, for zones: [ZoneContents]) throws -> Tally {
        var tally = Tally()
        var reader = try ZoneReader(store)
        try reader.begin()
        defer { reader.end() }
        for zone in zones {
            for (owner, rrsets) in Dictionary(grouping: zone.rrsets, by: \.owner) {
                let asked = rrsets.filter { $0.type != .nsec3 }
                try ask(&reader, owner, asked, apex: zone.name, &tally)
            }
            try ask(&reader, zone.name.prepending(Array("nothing".utf8)), [], apex: zone.name, &tally)
        }
        return tally
    }

    private func ask(
        _ reader: inout ZoneReader,
        _ owner: Name,
        _ expected: [RRset],
        apex: Name,
        _ tally: inout Tally
    ) throws {
        var key = LookupKey()
        guard unsafe owner.wire.withUnsafeBytes({ unsafe key.load($0) }) != nil else { return }
        do {
            guard let zone = try reader.zone(key, labels: key.labels), zone.apexLabels == apex.labelCount else {
                tally.absent += 1
                return
            }
            key.select(zone)
            let match = try reader.match(key, labels: key.labels, in: zone)
            var found: [RRset] = []
            if let node = match.node {
                var offset = NodeView.firstOffset
                while let view = node.next(&offset) {
                    var rdatas: [[UInt8]] = []
                    var octets = unsafe [UInt8](view.records)[...]
                    while octets.count >= 2 {
                        let length = Int(octets.removeFirst()) << 8 | Int(octets.removeFirst())
                        rdatas.append(Array(octets.prefix(length)))
                        octets = octets.dropFirst(length)
                    }
                    found.append(
                        RRset(owner: owner, type: RRType(rawValue: view.type), ttl: view.ttl, rdatas: rdatas)
                    )
                }
            }
            if Set(found) == Set(expected) {
                tally.right += 1
            } else {
                tally.wrong.append("\(owner): \(found) instead of \(expected)")
            }
        } catch {
            tally.failed += 1
        }
    }

    private func copy(of fixture: StoreFixture) throws -> (path: String, octets: [UInt8]) {
        let octets = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.path + "/data.mdb")))
        let path = fixture.path + "-copy"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return (path, octets)
    }

    private func write(_ octets: [UInt8], to path: String) throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: path) {
            try FileManager.default.removeItem(atPath: path + "/" + file)
        }
        try Data(octets).write(to: URL(fileURLWithPath: path + "/data.mdb"))
    }

    @Test("a thousand flipped bits, one at a time, give right answers, SERVFAIL or a reported absence, and no others")
    func flips() throws {
        let fixture = try StoreFixture()
        let held = try Self.fill(fixture.store)
        let (path, octets) = try copy(of: fixture)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var generator = SeededGenerator(seed: 42)
        var outcomes: [String: Int] = [:]
        for _ in 0..<1_000 {
            let bit = Int.random(in: 0..<octets.count * 8, using: &generator)
            var damaged = octets
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            try write(damaged, to: path)
            let store = try ZoneStore.openReplacingDamaged(path: path, maximumMapSize: 1 << 30, digest: sha256)
            let tally = try ask(store, for: held)
            #expect(tally.wrong.isEmpty, "bit \(bit): \(tally.wrong.first ?? "")")
            let isWhole = tally.absent == 0 && tally.failed == 0
            #expect(isWhole || !store.notes.isEmpty, "bit \(bit): \(tally)")
            if tally.failed > 0 { #expect(!store.damagedZones.isEmpty, "bit \(bit)") }
            // What is left of it is what the verifier calls sound, and the origin's next snapshot makes it whole.
            #expect(try store.verifySetHash())
            var last: Name?
            repeat { last = try store.verify(after: last, octets: 1 << 20).last } while last != nil
            _ = try store.apply(held.map { .replace($0) }, position: nil)
            #expect(store.damagedZones.isEmpty)
            #expect(try ask(store, for: held).failed + ask(store, for: held).absent == 0, "bit \(bit)")
            outcomes[isWhole ? "whole" : tally.failed > 0 ? "zones" : "replaced", default: 0] += 1
        }
        // All three kinds are met, or the test shows less than it says.
        #expect(outcomes.count == 3, "\(outcomes)")
    }

    @Test("a file that is cut short anywhere is replaced, and says so")
    func truncation() throws {
        let fixture = try StoreFixture()
        let held = try Self.fill(fixture.store)
        let (path, octets) = try copy(of: fixture)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var generator = SeededGenerator(seed: 1)
        let used = try lastPage(of: fixture.store) * 4096
        for _ in 0..<40 {
            try write(Array(octets.prefix(.random(in: 1..<used, using: &generator))), to: path)
            let store = try ZoneStore.openReplacingDamaged(path: path, maximumMapSize: 1 << 30, digest: sha256)
            #expect(store.notes.count == 1 && store.notes.first?.contains("cut short") == true)
            #expect(try ask(store, for: held).right == 0)
            let files = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(files.filter { $0.hasPrefix("data.mdb.damaged-") }.count == 1)
        }
    }

    private func lastPage(of store: ZoneStore) throws -> Int {
        Int(try PageMeta.read(descriptor: store.environment.descriptor()).newest.lastPage)
    }

    /// Flips a bit of the one place in the open file where `pattern` stands.
    private func flip(_ pattern: [UInt8], in store: ZoneStore) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: store.path + "/data.mdb"))
        defer { try? file.close() }
        let octets = try #require(try file.readToEnd())
        var start = octets.startIndex
        while let range = octets.range(of: Data(pattern), in: start..<octets.endIndex) {
            try file.seek(toOffset: UInt64(range.lowerBound))
            try file.write(contentsOf: [pattern[0] ^ 0x10])
            start = range.upperBound
        }
        #expect(start > octets.startIndex)
    }

    @Test(
        "a bit that flips while the store is open is SERVFAIL at once; verification finds the zone and a replay mends it"
    )
    func live() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let text = Array("a text that stands nowhere else".utf8)
        let zone = try ZoneContents(
            "example",
            version: 3,
            [.address("a.example", 1), RRset(owner: Name("t.example"), type: .txt, ttl: 60, rdatas: [[31] + text])]
        )
        let other = try ZoneContents("other", version: 1, [.address("a.other", 1)])
        #expect(try store.apply([.replace(zone), .replace(other)], position: nil) == [.applied, .applied])
        #expect(try store.verify(after: nil, octets: .max).damaged == [])
        try flip(text, in: store)
        let first = try ask(store, for: [zone, other])
        #expect(first.failed == 1 && first.wrong == [])
        let counter = store.changeCounter
        let slice = try store.verify(after: nil, octets: .max)
        #expect(slice.damaged == [zone.name] && slice.zones == 2)
        #expect(store.damagedZones == [zone.name])
        #expect(store.changeCounter > counter)
        let second = try ask(store, for: [zone, other])
        #expect(second.failed == 4 && second.right == 3)
        #expect(try store.apply([.replace(other), .replace(zone)], position: nil) == [.unchanged, .applied])
        #expect(store.damagedZones == [])
        #expect(try ask(store, for: [zone, other]).failed == 0)
        #expect(try store.verify(after: nil, octets: .max).damaged == [])
        #expect(try store.verifySetHash())
    }

    @Test("a zone that is sent again in the version that is held mends what nobody has noticed yet")
    func sentAgain() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let zone = try ZoneContents("example", version: 3, [.address("a.example", 1), .address("b.example", 2)])
        #expect(try store.apply([.replace(zone)], position: nil) == [.applied])
        #expect(try store.apply([.replace(zone)], position: nil) == [.unchanged])
        let transaction = try LMDBTransaction(store.environment, readOnly: false)
        let place = try #require(OwnerPlace(Name("a.example"), zone: 1, apexLabels: 1))
        let wrong = NodeValue(rrsets: [try .address("a.example", 9)])
        try transaction.put(store.environment.nodes, place.key, wrong.encoded(key: place.key))
        try transaction.commit()
        #expect(store.damagedZones == [])
        let counter = store.changeCounter
        #expect(try store.apply([.replace(zone)], position: nil) == [.applied])
        #expect(store.changeCounter > counter)
        #expect(try store.apply([.replace(zone)], position: nil) == [.unchanged])
        #expect(try ask(store, for: [zone]).failed == 0)
        #expect(try store.verify(after: nil, octets: .max).damaged == [])
        #expect(try store.verifySetHash())
        // Another state under the same version is a fault of whoever sends it: what came first stays.
        let other = try ZoneContents("example", version: 3, [.address("a.example", 7)])
        #expect(try store.apply([.replace(other)], position: nil) == [.unchanged])
    }

    @Test("a node that is missing, or of another zone's version, is found by its zone's sum")
    func missing() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let zone = try ZoneContents("example", version: 3, [.address("a.example", 1), .address("b.example", 2)])
        #expect(try store.apply([.replace(zone)], position: nil) == [.applied])
        let transaction = try LMDBTransaction(store.environment, readOnly: false)
        let place = try #require(OwnerPlace(Name("a.example"), zone: 1, apexLabels: 1))
        try transaction.delete(store.environment.nodes, place.key)
        try transaction.commit()
        #expect(try store.verify(after: nil, octets: .max).damaged == [zone.name])
        let reopened = try ZoneStore(path: store.path, digest: sha256)
        #expect(reopened.damagedZones == [zone.name] && reopened.notes.count == 1)
        #expect(try store.apply([.replace(zone)], position: nil) == [.applied])
        #expect(try store.verify(after: nil, octets: .max).damaged == [])
        #expect(try ask(store, for: [zone]).right == 4)
    }

    @Test("verification goes through all zones in slices")
    func slices() throws {
        let fixture = try StoreFixture()
        let held = try Self.fill(fixture.store)
        var seen = 0
        var calls = 0
        var last: Name?
        repeat {
            let slice = try fixture.store.verify(after: last, octets: 5_000)
            seen += slice.zones
            calls += 1
            last = slice.last
            #expect(slice.damaged == [])
        } while last != nil
        #expect(seen == held.count && calls > 5)
    }

    @Test("a file of another version of the format makes way for an empty one, with a sentence")
    func version() throws {
        let fixture = try StoreFixture()
        let zone = try ZoneContents("example", version: 3, [])
        #expect(try fixture.store.apply([.replace(zone)], position: nil) == [.applied])
        let (path, _) = try copy(of: fixture)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let transaction = try LMDBTransaction(fixture.store.environment, readOnly: false)
        try transaction.put(fixture.store.environment.meta, MetaKey.format, [0, 0, 0, 1])
        try transaction.commit()
        try write([UInt8](Data(contentsOf: URL(fileURLWithPath: fixture.path + "/data.mdb"))), to: path)
        #expect(throws: ZoneStoreError.wrongVersion(path: path, found: 1, expected: 2)) {
            try ZoneStore(path: path, digest: sha256)
        }
        let store = try ZoneStore.openReplacingDamaged(path: path, digest: sha256)
        #expect(try store.count() == 0)
        #expect(store.notes == ["the replica had format version 1, this program reads 2: it is fetched anew"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["data.mdb", "lock.mdb"])
    }

    @Test("a store whose folder is removed goes on, says so, and writes a file that a restart finds")
    func removed() throws {
        let fixture = try StoreFixture()
        let store = fixture.store
        let zone = try ZoneContents("example", version: 3, [.address("a.example", 1)])
        #expect(try store.apply([.replace(zone)], position: nil) == [.applied])
        #expect(try store.fileState() == .sound)
        try FileManager.default.removeItem(atPath: store.path)
        #expect(try store.fileState() == .removed)
        #expect(try ask(store, for: [zone]).right == 3)
        try store.restoreFile()
        #expect(try store.fileState() == .replaced)
        let other = try ZoneContents("other", version: 1, [])
        #expect(try store.apply([.replace(other)], position: nil) == [.applied])
        #expect(try store.contents(of: Name("example"))?.hash == zone.hash)
        let restarted = try ZoneStore(path: store.path, digest: sha256)
        #expect(restarted.notes == [])
        #expect(try restarted.zones().map(\.name) == [zone.name])
        try FileManager.default.removeItem(atPath: store.path)
        #expect(try store.fileState() == .removed)
    }

    @Test("a file that is cut short while it is open is noticed")
    func cutShort() throws {
        let fixture = try StoreFixture()
        _ = try Self.fill(fixture.store)
        let length = try lastPage(of: fixture.store) * 4096
        #expect(unsafe truncate(fixture.path + "/data.mdb", off_t(length)) == 0)
        #expect(try fixture.store.fileState() == .cutShort)
    }
}
