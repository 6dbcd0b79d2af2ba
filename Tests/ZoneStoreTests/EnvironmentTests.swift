// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Testing
import ZoneStore

@Suite struct EnvironmentTests {
    private func bigZone(_ name: String, version: UInt64, records: Int) throws -> ZoneContents {
        try ZoneContents(
            name,
            version: version,
            (0..<records).map { index in
                RRset(
                    owner: try Name("h\(index).\(name)"),
                    type: .txt,
                    ttl: 60,
                    rdatas: [[200] + [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 200)]
                )
            }
        )
    }

    @Test("the map grows when a batch needs more, while readers go on")
    func growth() throws {
        let fixture = try StoreFixture(mapSize: 1 << 20)
        #expect(
            try fixture.store.apply([.replace(ZoneContents("example", version: 1, []))], position: nil) == [.applied]
        )
        let size = fixture.store.mapSize
        var reader = try ZoneReader(fixture.store)
        let zone = try bigZone("big.example", version: 1, records: 20_000)
        #expect(try fixture.store.apply([.replace(zone)], position: nil) == [.applied])
        #expect(fixture.store.mapSize > size)
        try reader.begin()
        var key = LookupKey()
        let length = unsafe zone.name.wire.withUnsafeBytes { unsafe key.load($0) }
        #expect(length == zone.name.wire.count)
        let found = try reader.zone(key, labels: key.labels) != nil
        #expect(found)
        reader.end()
    }

    @Test("readers and a writer that makes the map grow do not hinder each other")
    func growthUnderReaders() async throws {
        let fixture = try StoreFixture(mapSize: 1 << 20)
        let store = fixture.store
        #expect(
            try store.apply([.replace(bigZone("a.example", version: 1, records: 100))], position: nil) == [.applied]
        )
        let mismatches = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var wrong = 0
                    while try store.zone(named: Name("last.example")) == nil {
                        let contents = try store.contents(of: Name("a.example"))
                        if contents.map({ ZoneContents.hash(of: $0.rrsets, digest: sha256) }) != contents?.hash {
                            wrong += 1
                        }
                        // The writer needs a turn also where there are no more threads than readers.
                        await Task.yield()
                    }
                    return wrong
                }
            }
            group.addTask {
                for version in 2...6 as ClosedRange<UInt64> {
                    let zone = try self.bigZone("a.example", version: version, records: 3000 * Int(version))
                    _ = try store.apply([.replace(zone)], position: nil)
                }
                _ = try store.apply([.replace(ZoneContents("last.example", version: 1, []))], position: nil)
                return 0
            }
            return try await group.reduce(0, +)
        }
        #expect(mismatches == 0)
        #expect(store.mapSize > 1 << 20)
    }

    @Test("a batch beyond the configured limit fails with the limit, and what was there stays")
    func sizeLimit() throws {
        let fixture = try StoreFixture(mapSize: 1 << 20, maximumMapSize: 2 << 20)
        let small = try ZoneContents("example", version: 1, [])
        #expect(try fixture.store.apply([.replace(small)], position: nil) == [.applied])
        #expect(throws: ZoneStoreError.sizeLimitReached(path: fixture.path, limit: 2 << 20)) {
            try fixture.store.apply([.replace(bigZone("big.example", version: 1, records: 20_000))], position: nil)
        }
        #expect(try fixture.store.zones().map(\.name) == [small.name])
    }

    @Test("what was applied is there after the file is opened again")
    func reopening() throws {
        let fixture = try StoreFixture()
        let copy = fixture.path + "-copy"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let zone = try ZoneContents("example", version: 1, [.address("a.example", 1)])
        #expect(
            try fixture.store.apply([.replace(zone)], position: StreamPosition(epoch: "e", position: 7)) == [.applied]
        )
        // What a crash would leave behind: the file as it is, while it is still open here.
        try FileManager.default.copyItem(atPath: fixture.path, toPath: copy)
        let survivor = try ZoneStore(path: copy, digest: sha256)
        #expect(try survivor.zones() == fixture.store.zones())
        #expect(try survivor.position()?.position == 7)
        #expect(try survivor.setHash() == fixture.store.setHash())
    }

    @Test("a file that is no store, or is cut short, is reported as damaged")
    func damage() throws {
        let fixture = try StoreFixture()
        let zone = try bigZone("big.example", version: 1, records: 2000)
        #expect(try fixture.store.apply([.replace(zone)], position: nil) == [.applied])
        let whole = try Data(contentsOf: URL(fileURLWithPath: fixture.path + "/data.mdb"))
        for octets in [Data(repeating: 0x58, count: 100_000), whole.prefix(whole.count / 2)] {
            let path = fixture.path + "-damaged"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: path) }
            try octets.write(to: URL(fileURLWithPath: path + "/data.mdb"))
            let error = #expect(throws: ZoneStoreError.self) {
                try ZoneStore(path: path, digest: sha256)
            }
            guard case .corrupt(path, _) = error else {
                Issue.record("\(String(describing: error)) does not say that the file is damaged")
                return
            }
        }
    }

    @Test("a folder that is not there, or is a file, is reported by its path")
    func missingFolder() throws {
        let path = "/nonexistent-folder/store"
        #expect(throws: ZoneStoreError.notFound(path: path)) { try ZoneStore(path: path, digest: sha256) }
        #expect(throws: ZoneStoreError.notFound(path: path)) {
            try ZoneStore(path: path, readOnly: true, digest: sha256)
        }
        #expect(throws: ZoneStoreError.notFound(path: "/dev/null/store")) {
            try ZoneStore(path: "/dev/null/store", digest: sha256)
        }
    }

    @Test("sums of digests wrap and can be taken back")
    func arithmetic() throws {
        let all = try #require(Hash256(bytes: [UInt8](repeating: 0xFF, count: 32)))
        let one = try #require(Hash256(hex: String(repeating: "0", count: 63) + "1"))
        #expect(all &+ one == .zero)
        #expect(.zero &- one == all)
        let borrow = try #require(Hash256(hex: "01" + String(repeating: "0", count: 62)))
        #expect("\(borrow &- one)" == "00" + String(repeating: "f", count: 62))
        #expect(borrow &- one &+ one == borrow)
        #expect(Hash256(bytes: all.bytes) == all)
        #expect(Hash256(hex: "xy") == nil)
    }
}
