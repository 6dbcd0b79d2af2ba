// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import ZoneStore
import ZoneSync

/// A replica of the zones in `Zones`, which leaves no files: they are removed as soon as they are open.
struct FuzzReplica {
    /// The replica, with `plain.example`, `nsec.example` and `nsec3.example`.
    let store: ZoneStore
    /// The apexes.
    let zones: [Name]

    /// Builds the replica; `changes` are made to the plain zone, so that it has a history.
    init(changes: Int = 0) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(UUID().uuidString)").path
        store = try ZoneStore(path: path, mapSize: 8 << 20, digest: ZoneDigest.sha256)
        let texts = [
            ("plain.example.", PackageResources.plain_zone), ("nsec.example.", PackageResources.nsec_zone),
            ("nsec3.example.", PackageResources.nsec3_zone),
        ]
        zones = try texts.map { try Name(text: $0.0) }
        for (apex, text) in zip(zones, texts) { try Self.put(apex, text.1, into: store) }
        for version in 0..<changes { try Self.change(zones[0], version: UInt64(version) + 1, in: store) }
        try FileManager.default.removeItem(atPath: path)
    }

    /// Stores the zone of a master file.
    private static func put(_ apex: Name, _ text: [UInt8], into store: ZoneStore) throws {
        var reader = MasterFileReader(origin: apex)
        var records: [ResourceRecord] = []
        reader.feed(text)
        reader.finish()
        while let entry = reader.next() { records.append(entry.record) }
        if let error = reader.errors.first { throw error }
        let rrsets = Dictionary(grouping: records) { RRsetKey(owner: $0.owner, type: $0.type) }
            .map { RRset(owner: $0.owner, type: $0.type, ttl: $1[0].ttl, rdatas: $1.map(\.rdata)) }
        let contents = ZoneContents(
            name: apex,
            generation: 1,
            version: 1,
            serial: 7,
            hash: ZoneDigest.zone(rrsets),
            rrsets: rrsets
        )
        try expectApplied(store.apply([.replace(contents)], position: nil), apex)
    }

    /// Adds one RRset and a new serial.
    private static func change(_ apex: Name, version: UInt64, in store: ZoneStore) throws {
        guard let held = try store.contents(of: apex), let soa = held.rrsets.first(where: { $0.type == .soa }) else {
            throw BrokenPromise("\(apex.text) is held")
        }
        var fields = try RData.SOA(rdata: soa.rdatas[0])
        fields.serial += 1
        let added = [
            RRset(owner: soa.owner, type: .soa, ttl: soa.ttl, rdatas: [try fields.encoded()]),
            RRset(owner: try apex.prepending("change\(version)".utf8), type: .a, ttl: 60, rdatas: [[192, 0, 2, 1]]),
        ]
        let update = ZoneUpdate(
            name: apex,
            generation: 1,
            base: version,
            version: version + 1,
            serial: fields.serial,
            hash: ZoneDigest.zone(held.rrsets.filter { $0.type != .soa } + added),
            removed: [],
            rrsets: added
        )
        try expectApplied(store.apply([.update(update)], position: nil), apex)
    }

    private static func expectApplied(_ outcomes: [ZoneOutcome], _ apex: Name) throws {
        guard outcomes == [.applied] else { throw BrokenPromise("\(apex.text) is applied: \(outcomes)") }
    }
}
