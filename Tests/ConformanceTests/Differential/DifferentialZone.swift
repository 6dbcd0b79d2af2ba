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
    /// Whether there is data below a DNAME: NSD and Knot refuse to load such a zone.
    let hasDataBelowDNAME: Bool

    /// The zone of a master file's text.
    init(_ name: String, text: String) throws {
        let apex = try Name(text: name)
        let contents = MasterFileContents(text: Array((text + "\n").utf8), origin: apex)
        guard contents.errors.isEmpty else {
            throw SecondaryError("the zone \(name) is wrong: \(contents.errors.prefix(3))")
        }
        var seen: Set<ResourceRecord> = []
        // Sorted, as signers work in threads: the questions made of the records are the same in each run.
        let records = contents.records.map(\.record).filter { seen.insert($0).inserted }
            .map {
                (
                    key:
                        "\($0.owner.text) \($0.type.rawValue) \($0.rdata.map { String(Int($0) + 256, radix: 16) }.joined())",
                    record: $0
                )
            }
            .sorted { $0.key < $1.key }.map(\.record)
        self.name = apex
        self.records = records
        let tops = records.filter { $0.type == .dname }.map(\.owner)
        hasDataBelowDNAME = records.contains { record in
            tops.contains { record.owner != $0 && record.owner.isSubdomain(of: $0) }
        }
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

    /// The zone as the line protocol has it: the signatures of an owner are one set with one TTL there, and are served
    /// with the TTL of what they cover.
    var protocolLines: [String] {
        Dictionary(grouping: records) { RRsetKey(owner: $0.owner, type: $0.type) }.values.flatMap { set in
            set.map { ResourceRecord(owner: $0.owner, type: $0.type, ttl: set[0].ttl, rdata: $0.rdata).line }
        }
    }

    /// The zone as a master file has it, records of a set together, the SOA first.
    var lines: [String] {
        let sets = Dictionary(grouping: records) { RRsetKey(owner: $0.owner, type: $0.type) }
        let soa = sets[RRsetKey(owner: name, type: .soa)] ?? []
        let others = sets.filter { $0.key.type != .soa }.map { $0.value.map(\.line) }
        // Sorted, so that signers put out the same order, and the same questions are made of it, in each run.
        return soa.map(\.line) + others.sorted { $0.lexicographicallyPrecedes($1) }.joined()
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

}
