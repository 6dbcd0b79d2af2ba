// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import DNSWire
import Foundation
import ZoneStore

/// A store in a folder of its own, which goes with the value.
final class StoreFixture {
    let path: String
    let store: ZoneStore

    init(mapSize: Int = 4 << 20, maximumMapSize: Int = 1 << 30) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("zonestore-\(UUID().uuidString)").path
        store = try ZoneStore(path: path, mapSize: mapSize, maximumMapSize: maximumMapSize, digest: sha256)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// The digest of the product.
let sha256: RRsetDigest = { input in
    Hash256(bytes: Array(SHA256.hash(data: input))) ?? .zero
}

extension Name {
    /// A name of plain labels, for tests.
    init(_ text: String) throws {
        try self.init(labels: text.split(separator: ".").map { Array($0.utf8) })
    }
}

extension RRset {
    /// An A RRset.
    static func address(_ owner: String, _ last: UInt8...) throws -> RRset {
        RRset(owner: try Name(owner), type: .a, ttl: 300, rdatas: last.map { [192, 0, 2, $0] })
    }

    /// A SOA RRset with root names.
    static func soa(_ owner: String, serial: UInt32) throws -> RRset {
        var rdata: [UInt8] = [0, 0]
        for number in [serial, 7200, 900, 1_209_600, 300] as [UInt32] {
            for shift in [24, 16, 8, 0] as [UInt32] { rdata.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        return RRset(owner: try Name(owner), type: .soa, ttl: 3600, rdatas: [rdata])
    }
}

extension ZoneContents {
    /// A zone with its true hash and the serial of its version.
    init(_ name: String, generation: UInt64 = 1, version: UInt64, _ rrsets: [RRset]) throws {
        let all = [try RRset.soa(name, serial: UInt32(version))] + rrsets
        self.init(
            name: try Name(name),
            generation: generation,
            version: version,
            serial: UInt32(version),
            hash: Self.hash(of: all, digest: sha256),
            rrsets: all
        )
    }

    /// The update from this zone to another version of it.
    func update(to other: ZoneContents) -> ZoneUpdate {
        let before = Dictionary(uniqueKeysWithValues: rrsets.map { ($0.key, $0) })
        let after = Set(other.rrsets.map(\.key))
        return ZoneUpdate(
            name: name,
            generation: other.generation,
            base: version,
            version: other.version,
            serial: other.serial,
            hash: other.hash,
            removed: rrsets.map(\.key).filter { !after.contains($0) },
            rrsets: other.rrsets.filter { before[$0.key] != $0 }
        )
    }
}
