// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Testing
import ZoneStore

/// What a store remembers of the stream so that it can be passed on.
@Suite struct StreamLogTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("log-\(UUID().uuidString)").path

    private func open(_ limits: StreamLogLimits? = StreamLogLimits()) throws -> ZoneStore {
        try ZoneStore(path: folder, mapSize: 4 << 20, maximumMapSize: 1 << 30, streamLog: limits, digest: sha256)
    }

    private func at(_ position: UInt64, epoch: String = "e") -> StreamPosition {
        StreamPosition(epoch: epoch, position: position)
    }

    /// A store that took two zones whole, at position 10.
    private func filled(_ limits: StreamLogLimits = StreamLogLimits()) throws -> ZoneStore {
        let store = try open(limits)
        let zones = [
            try ZoneContents("b.test", generation: 7, version: 1, [.address("www.b.test", 1)]),
            try ZoneContents("a.test", generation: 9, version: 1, [.address("www.a.test", 1)]),
        ]
        _ = try store.apply([.replace(zones[0])], position: at(0), log: .filling)
        #expect(try store.logState()?.isFilling == true)
        #expect(try store.logEntries(after: 0, limit: 10) == nil)
        _ = try store.apply([.replace(zones[1])], position: at(10), log: .filled)
        return store
    }

    @Test func entriesAreGivenBackWithWhatCarriedNothingLeftOut() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try filled()
        let state = try #require(try store.logState())
        #expect(!state.isFilling && state.floor == 10 && state.zones == 2 && state.position == at(10))
        let a1 = try ZoneContents("a.test", generation: 9, version: 1, [.address("www.a.test", 1)])
        let a2 = try ZoneContents("a.test", generation: 9, version: 2, [.address("www.a.test", 2)])
        let c1 = try ZoneContents("c.test", generation: 11, version: 1, [.address("www.c.test", 1)])
        let update = a1.update(to: a2)
        let operations: [ZoneOperation] = [
            .update(update), .replace(c1), .delete(name: try Name("b.test"), generation: 7, version: 2),
        ]
        let outcomes = try store.apply(operations, position: at(15), log: .entries([11, 13, 14]))
        #expect(outcomes == [.applied, .applied, .applied])
        let found = try #require(try store.logEntries(after: 10, limit: 100))
        #expect(found.upTo == 15)
        #expect(found.entries.map(\.position) == [11, 13, 14])
        #expect(found.entries[0].content == .difference(update))
        #expect(found.entries[1].content == .whole(serial: c1.serial, hash: c1.hash))
        #expect(found.entries[2].content == .deletion)
        let deleted = try Name("b.test")
        #expect(found.entries[2].zone == deleted && found.entries[2].version == 2)
        #expect(found.entries.allSatisfy { !$0.isRefusedHere })
        // A page ends where it is told to, and at the store's own position.
        #expect(try store.logEntries(after: 10, limit: 2)?.upTo == 12)
        #expect(try store.logEntries(after: 10, limit: 100, octets: 0)?.entries.count == 1)
        #expect(try store.logEntries(after: 10, limit: 100, octets: 0)?.upTo == 12)
        #expect(try store.logEntries(after: 15, limit: 100)?.upTo == 15)
        #expect(try store.logEntries(after: 90, limit: 100)?.upTo == 90)
        #expect(try store.logEntries(after: 9, limit: 100) == nil)
    }

    @Test func whatWasRefusedIsToldApart() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try filled()
        let a1 = try ZoneContents("a.test", generation: 9, version: 1, [.address("www.a.test", 1)])
        let a2 = try ZoneContents("a.test", generation: 9, version: 2, [.address("www.a.test", 2)])
        let poison = ZoneContents(
            name: a2.name,
            generation: 9,
            version: 2,
            serial: a2.serial,
            hash: a1.hash,
            rrsets: a2.rrsets
        )
        #expect(
            try store.apply([.replace(poison)], position: at(11), log: .entries([11])) == [.hashMismatch]
        )
        #expect(try store.logEntries(after: 10, limit: 1)?.entries.first?.isRefusedHere == true)
        _ = try store.apply([.replace(a2)], position: at(12), log: .entries([12]))
        #expect(try store.logEntries(after: 10, limit: 2)?.entries.map(\.isRefusedHere) == [false, false])
    }

    @Test func theLogIsBoundedAndItsFloorFollows() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try filled(StreamLogLimits(entries: 5, octets: 1 << 20, difference: 200))
        var last = try ZoneContents("a.test", generation: 9, version: 1, [.address("www.a.test", 1)])
        for version in 2...20 as ClosedRange<UInt64> {
            let next = try ZoneContents(
                "a.test",
                generation: 9,
                version: version,
                [.address("www.a.test", UInt8(version))]
            )
            let position = 9 + version
            _ = try store.apply([.update(last.update(to: next))], position: at(position), log: .entries([position]))
            last = next
        }
        let state = try #require(try store.logState())
        #expect(state.floor == 24 && state.newest == 29)
        #expect(try store.logEntries(after: 23, limit: 9) == nil)
        #expect(try store.logEntries(after: 24, limit: 9)?.entries.map(\.position) == [25, 26, 27, 28, 29])
        // A difference above the bound is only known to have been.
        let large = try ZoneContents(
            "a.test",
            generation: 9,
            version: 21,
            (0..<20).map { try .address("host\($0).a.test", 1) }
        )
        _ = try store.apply([.update(last.update(to: large))], position: at(30), log: .entries([30]))
        let entry = try #require(try store.logEntries(after: 29, limit: 1)?.entries.first)
        #expect(entry.content == .whole(serial: large.serial, hash: large.hash))
        // By octets too.
        let small = try open(StreamLogLimits(entries: 100, octets: 150, difference: 1 << 20))
        _ = try small.apply(
            [.delete(name: try Name("x.test"), generation: 1, version: 1)],
            position: at(31),
            log: .entries([31])
        )
        let floor = try #require(try small.logState()?.floor)
        #expect(floor >= 29)
        #expect(try small.logEntries(after: 30, limit: 9)?.entries.map(\.position) == [31])
    }

    @Test func positionsThatAreHeldBackAreNotPassedOn() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try filled()
        let b2 = try ZoneContents("b.test", generation: 7, version: 2, [.address("www.b.test", 2)])
        let b3 = try ZoneContents("b.test", generation: 7, version: 3, [.address("www.b.test", 3)])
        // The base of 11 is not held: the follower asks for the zone, and keeps the position in front of it.
        let outcome = try store.apply([.update(b2.update(to: b3))], position: at(11), log: .entries([11]))
        #expect(outcome == [.baseMismatch])
        _ = try store.apply([], position: at(10))
        #expect(try store.logEntries(after: 10, limit: 9)?.entries.isEmpty == true)
        #expect(try store.logState()?.newest == 11)
        _ = try store.apply([.replace(b3)], position: at(11), log: .entries([nil]))
        #expect(try store.logEntries(after: 10, limit: 9)?.entries.map(\.isRefusedHere) == [false])
    }

    @Test func aRestartKeepsItAndAStrangerEndsIt() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let deletion = ZoneOperation.delete(name: try Name("b.test"), generation: 7, version: 2)
        do {
            let store = try filled()
            _ = try store.apply([deletion], position: at(11), log: .entries([11]))
        }
        #expect(try open().logEntries(after: 10, limit: 9)?.entries.map(\.position) == [11])
        // A process that keeps no log changes zones and moves on.
        let d1 = try ZoneContents("d.test", generation: 5, version: 1, [])
        _ = try open(nil).apply([.replace(d1)], position: at(12))
        let again = try open()
        #expect(try again.logState()?.floor == 12)
        #expect(try again.logEntries(after: 11, limit: 9) == nil)
        #expect(try again.zones(afterGeneration: 0, limit: 9).map(\.generation) == [5, 9])
        // Likewise in another history.
        _ = try open(nil).apply([], position: at(12, epoch: "f"))
        #expect(try open().logState()?.position == at(12, epoch: "f"))
        // Changes of which nothing is said are a part of a state that is not whole.
        _ = try open().apply([deletion], position: at(13, epoch: "f"))
        #expect(try open().logState()?.isFilling == true)
    }

    @Test func zonesAreFoundInTheOrderOfTheirGenerations() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try filled()
        for generation in [400, 3, 70, 12] as [UInt64] {
            let zone = try ZoneContents("z\(generation).test", generation: generation, version: 1, [])
            _ = try store.apply([.replace(zone)], position: at(generation), log: .entries([nil]))
        }
        // Made again under its name.
        let again = try ZoneContents("z3.test", generation: 500, version: 1, [])
        _ = try store.apply([.replace(again)], position: at(500), log: .entries([nil]))
        _ = try store.apply(
            [.delete(name: try Name("z70.test"), generation: 70, version: 9)],
            position: at(501),
            log: .entries([nil])
        )
        #expect(try store.zones(afterGeneration: 0, limit: 99).map(\.generation) == [7, 9, 12, 400, 500])
        #expect(
            try store.zones(afterGeneration: 9, limit: 2).map(\.name) == [try Name("z12.test"), try Name("z400.test")]
        )
        #expect(try store.zones(afterGeneration: 500, limit: 2).isEmpty)
        #expect(try store.zones(afterGeneration: .max, limit: 2).isEmpty)
    }

    @Test func damageOfTheLogIsFoundAndTheZonesStay() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let mark = "the only name of its kind"
        do {
            let store = try filled()
            let name = try Name(labels: [Array(mark.utf8), Array("test".utf8)])
            _ = try store.apply([.delete(name: name, generation: 1, version: 1)], position: at(11), log: .entries([11]))
        }
        // The name stands in the log alone, since no such zone is held.
        var file = try Data(contentsOf: URL(fileURLWithPath: folder + "/data.mdb"))
        var start = file.startIndex
        var found = 0
        while let place = file.range(of: Data(mark.utf8), in: start..<file.endIndex) {
            file[place.lowerBound] ^= 0x20
            start = place.upperBound
            found += 1
        }
        #expect(found > 0)
        try file.write(to: URL(fileURLWithPath: folder + "/data.mdb"))
        let store = try open()
        #expect(store.notes.contains { $0.contains("what is kept of the stream is damaged") }, "\(store.notes)")
        let state = try #require(try store.logState())
        #expect(state.floor == 11 && !state.isFilling && state.zones == 2)
        #expect(try store.zones(afterGeneration: 0, limit: 9).map(\.generation) == [7, 9])
    }
}
