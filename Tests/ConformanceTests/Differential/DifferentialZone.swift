// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore
import ZoneSync

/// A zone that all servers get.
struct DifferentialZone: Sendable {
    /// The apex.
    let name: Name
    /// All records, each once.
    let records: [ResourceRecord]
    /// The zone's hash.
    let hash: Hash256

    /// The zone of a master file's text.
    init(_ name: String, text: String) throws {
        let apex = try Name(text: name)
        let contents = MasterFileContents(text: Array((text + "\n").utf8), origin: apex)
        guard contents.errors.isEmpty else {
            throw SecondaryError("the zone \(name) is wrong: \(contents.errors.prefix(3))")
        }
        var seen: Set<ResourceRecord> = []
        let records = contents.records.map(\.record).filter { seen.insert($0).inserted }
        self.name = apex
        self.records = records
        let sets = Dictionary(grouping: records) { RRsetKey(owner: $0.owner, type: $0.type) }
        hash = sets.reduce(Hash256.zero) { sum, entry in
            let set = RRset(
                owner: entry.key.owner,
                type: entry.key.type,
                ttl: entry.value[0].ttl,
                rdatas: entry.value.map(\.rdata)
            )
            return sum &+ ZoneDigest.rrset(set)
        }
    }

    /// The zone as a master file and as the line protocol have it, those of a set together, the SOA first.
    var lines: [String] {
        let sets = Dictionary(grouping: records) { RRsetKey(owner: $0.owner, type: $0.type) }
        let soa = sets[RRsetKey(owner: name, type: .soa)] ?? []
        return (soa + sets.filter { $0.key.type != .soa }.flatMap(\.value)).map(\.line)
    }

    /// The serial of the SOA.
    var serial: UInt32 {
        let soa = records.first { $0.type == .soa }
        return soa.flatMap { try? RData.SOA(rdata: $0.rdata).serial } ?? 0
    }

    /// Whether the zone has signatures.
    var isSigned: Bool { records.contains { $0.type == .rrsig && $0.owner == name } }

    /// Whether names are denied with NSEC3.
    var isHashed: Bool { records.contains { $0.type == .nsec3param } }

    /// Whether there is data below a DNAME: NSD and Knot refuse to load such a zone.
    var hasDataBelowDNAME: Bool {
        let tops = records.filter { $0.type == .dname }.map(\.owner)
        return records.contains { record in tops.contains { record.owner != $0 && record.owner.isSubdomain(of: $0) } }
    }
}
