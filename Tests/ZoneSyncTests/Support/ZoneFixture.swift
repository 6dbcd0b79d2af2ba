// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore
import ZoneSync

/// A zone at one version, as lines and as what the protocol says of it.
struct ZoneFixture: Sendable, Equatable {
    var name: String
    var generation: UInt64
    var version: UInt64
    /// RR lines without LF, those of an RRset together.
    var lines: [String]
    /// Announced instead of the true hash.
    var falseHash: Hash256?

    /// A zone with SOA, NS and one A record a host.
    init(_ name: String, generation: UInt64 = 1, version: UInt64 = 1, hosts: [(String, String)] = []) {
        self.name = name
        self.generation = generation
        self.version = version
        lines =
            [
                "\(name) 3600 IN SOA ns1.\(name) hostmaster.\(name) \(version) 3600 600 604800 300",
                "\(name) 3600 IN NS ns1.\(name)",
            ] + hosts.map { "\($0.0).\(name) 300 IN A \($0.1)" }
    }

    var serial: UInt32 { UInt32(version) }

    /// The lines as RRsets.
    var rrsets: [RRset] {
        get throws {
            var body = BodyAssembler(form: .whole, apex: try Name(text: name))
            for line in lines { body.append(.line(Array(line.utf8))) }
            try body.finish(added: lines.count, removed: 0)
            return body.rrsets
        }
    }

    var hash: Hash256 {
        get throws { try falseHash ?? ZoneDigest.zone(rrsets) }
    }

    var header: ZoneHeader {
        get throws {
            ZoneHeader(zone: name, generation: generation, version: version, serial: serial, hash: try hash)
        }
    }

    var origin: OriginZone {
        get throws {
            OriginZone(
                name: name,
                generation: generation,
                version: version,
                serial: serial,
                hash: try hash,
                lines: lines.count
            )
        }
    }

    var summary: ZoneSummary {
        get throws {
            ZoneSummary(
                name: try Name(text: name),
                generation: generation,
                version: version,
                serial: serial,
                hash: try hash
            )
        }
    }

    /// The zone as a manifest lists it.
    var entryOfManifest: ManifestEntry {
        get throws { ManifestEntry(zone: name, generation: generation, version: version, hash: try hash) }
    }

    /// The entry that publishes this zone; with a difference when it follows `base`.
    func entry(_ position: UInt64, after base: ZoneFixture? = nil) throws -> OriginEntry {
        var entry = OriginEntry(
            position: position,
            operation: .publish,
            zone: name,
            generation: generation,
            baseVersion: base?.version,
            version: version,
            serial: serial,
            hash: try hash
        )
        guard let base, base.generation == generation else { return entry }
        let old = Dictionary(grouping: try base.rrsets, by: \.key)
        let new = Dictionary(grouping: try rrsets, by: \.key)
        let removed = old.keys.filter { new[$0] == nil }
        let changed = Set(new.keys.filter { new[$0] != old[$0] })
        let added = try lines.filter { line in
            let record = try ResourceRecord(line: line)
            return changed.contains(RRsetKey(owner: record.owner, type: record.type))
        }
        entry.removed = removed.count
        entry.added = added.count
        entry.diff =
            removed.map { "-\($0.owner.text) \($0.type.mnemonic ?? "TYPE\($0.type.rawValue)")\n" }.sorted().joined()
            + added.map { "+\($0)\n" }.joined()
        return entry
    }

    static func == (left: ZoneFixture, right: ZoneFixture) -> Bool {
        left.name == right.name && left.generation == right.generation && left.version == right.version
            && left.lines == right.lines
    }
}
