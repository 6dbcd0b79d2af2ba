// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// What the zones of a world hold, to judge answers by.
struct WorldIndex: Sendable {
    /// The records of one zone.
    struct Zone: Sendable {
        /// The apex in wire form, in lower case.
        let apex: [UInt8]
        /// All records by owner.
        let nodes: [[UInt8]: Set<RecordForm>]
        /// Whether the zone has signatures.
        let isSigned: Bool

        /// The records of a type, and their signatures.
        func set(_ owner: [UInt8], _ type: RRType) -> Set<RecordForm> {
            nodes[owner, default: []].filter { $0.type == type || $0.covered == type }
        }

        /// The highest zone cut at or above a name.
        func cut(above name: [UInt8]) -> [UInt8]? {
            name.ancestors.reversed().first { level in
                level.count > apex.count && level.isAtOrBelow(apex) && nodes[level]?.contains { $0.type == .ns } == true
            }
        }
    }

    private let zones: [[UInt8]: Zone]

    init(_ zones: [DifferentialZone]) throws {
        self.zones = Dictionary(
            uniqueKeysWithValues: try zones.map { zone in
                let records = try zone.records.map { try AnswerForm.form(of: $0) }
                let apex = zone.name.wire.lowercased
                return (
                    apex,
                    Zone(
                        apex: apex,
                        nodes: Dictionary(grouping: records, by: \.owner).mapValues { Set($0) },
                        isSigned: zone.isSigned
                    )
                )
            }
        )
    }

    /// The closest zone; for DS records, the one of the parent if that is there.
    func zone(of name: [UInt8], _ type: RRType = .a) -> Zone? {
        let enclosing = name.ancestors.compactMap { zones[$0] }
        if type == .ds, enclosing.count > 1, enclosing[0].apex == name { return enclosing[1] }
        return enclosing.first
    }

    /// Whether a record is in a zone as it is, or is what a wildcard or a DNAME of one makes of it.
    func holds(_ record: RecordForm) -> Bool {
        guard let zone = zone(of: record.owner) ?? zone(of: record.owner, .ds) else { return false }
        for zone in [zone, self.zone(of: record.owner, .ds) ?? zone] {
            if zone.nodes[record.owner]?.contains(where: { $0.isSame(as: record) }) == true { return true }
            for ancestor in record.owner.ancestors.dropFirst() {
                let star: [UInt8] = [1, 0x2A] + ancestor
                if zone.nodes[star]?.contains(where: { $0.isSame(as: record) }) == true { return true }
                guard record.type == .cname,
                    let dname = zone.nodes[ancestor]?.first(where: { $0.type == .dname })
                else { continue }
                if record.rdata == record.owner.dropLast(ancestor.count) + dname.rdata { return true }
            }
        }
        return false
    }
}

extension RecordForm {
    /// Whether type and data are the same, and the TTL not greater than that of the other, which is a zone's.
    fileprivate func isSame(as served: RecordForm) -> Bool {
        type == served.type && rdata == served.rdata && served.ttl <= ttl
    }
}

/// Names in wire form, in lower case.
extension [UInt8] {
    /// ASCII letters in lower case; a length is never a letter's code.
    var lowercased: [UInt8] { map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }

    /// The name itself and all names above it, the root last.
    var ancestors: [[UInt8]] {
        var names: [[UInt8]] = []
        var start = 0
        while start < count {
            names.append(Array(self[start...]))
            start += Int(self[start]) + 1
        }
        return names
    }

    /// Whether it is `apex` or below it.
    func isAtOrBelow(_ apex: [UInt8]) -> Bool {
        var start = 0
        while start < count, count - start > apex.count { start += Int(self[start]) + 1 }
        return count - start == apex.count && self[start...].elementsEqual(apex)
    }
}
