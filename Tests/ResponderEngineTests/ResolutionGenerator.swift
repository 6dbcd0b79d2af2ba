// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ZoneStore

/// Makes zones and questions of few labels, so that names meet each other: below cuts, DNAMEs, wildcards and empty
/// non-terminals.
struct ZoneGenerator {
    private var sequence: FuzzTests.Sequence
    private static let labels: [[UInt8]] = [[0x61], [0x62], [0x63], [0x41], [0x2A], [0x00], [0x61, 0x61]]

    init(seed: UInt64) {
        sequence = FuzzTests.Sequence(state: seed)
    }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &sequence) }

    /// A name of up to `depth` labels below `apex`.
    mutating func name(below apex: Name, depth: Int) -> Name {
        var name = apex
        for _ in 0..<number(0..<(depth + 1)) {
            let label = Self.labels[number(0..<Self.labels.count)]
            if let longer = try? name.prepending(label) { name = longer }
        }
        return name
    }

    /// A zone whose records point to each other, and now and then out of it.
    mutating func zone(_ apex: Name) -> ModelZone {
        var zone = ModelZone(apex: apex, rrsets: [])
        let host = name(below: apex, depth: 2)
        let minimum = [UInt8(0), 0, 1, UInt8(number(0..<255))]
        let numbers = [UInt8](repeating: 0, count: 16) + minimum
        zone.rrsets.append(RRset(owner: apex, type: .soa, ttl: 400, rdatas: [host.wire + host.wire + numbers]))
        zone.rrsets.append(RRset(owner: apex, type: .ns, ttl: 900, rdatas: names(2, apex).map(\.wire)))
        for _ in 0..<number(2..<16) { add(to: &zone) }
        return zone
    }

    private mutating func names(_ count: Int, _ apex: Name) -> [Name] {
        (0..<number(1..<(count + 1))).map { _ in
            number(0..<8) == 0 ? Name(validated: [1, 0x78, 1, 0x79, 0]) : name(below: apex, depth: 3)
        }
    }

    /// Adds something at a name that may have it.
    private mutating func add(to zone: inout ModelZone) {
        let owner = name(below: zone.apex, depth: 4)
        let present = zone.rrsets.filter { $0.owner == owner }.map(\.type)
        guard !present.contains(.cname) else { return }
        let ttl = UInt32([60, 300, 3600][number(0..<3)])
        let isPlain = present.isEmpty && owner != zone.apex
        switch number(0..<12) {
        case 0 where isPlain:
            put(.cname, [names(1, zone.apex)[0].wire], owner, ttl, &zone)
        case 1 where !present.contains(.ns) && !owner.isWildcard:
            put(.dname, [names(1, zone.apex)[0].wire], owner, ttl, &zone)
        case 2...3 where owner != zone.apex && !owner.isWildcard && !present.contains(.dname):
            put(.ns, names(3, zone.apex).map(\.wire), owner, ttl, &zone)
            if number(0..<2) == 0 { put(.ds, [[0, 1, 13, 2, 9]], owner, ttl, &zone) }
        case 4: put(.mx, names(3, zone.apex).map { [0, 1] + $0.wire }, owner, ttl, &zone)
        case 5: put(.srv, names(2, zone.apex).map { [0, 1, 0, 2, 0, 3] + $0.wire }, owner, ttl, &zone)
        case 6: put(.aaaa, [[UInt8](repeating: UInt8(number(0..<256)), count: 16)], owner, ttl, &zone)
        case 7: put(.txt, [[1, 0x61], [2, 0x62, 0x63]], owner, ttl, &zone)
        default:
            let addresses = (0..<number(1..<3)).map { [192, 0, UInt8($0), UInt8(number(0..<256))] as [UInt8] }
            put(.a, addresses, owner, ttl, &zone)
        }
    }

    private func put(_ type: RRType, _ rdatas: [[UInt8]], _ owner: Name, _ ttl: UInt32, _ zone: inout ModelZone) {
        zone.rrsets.removeAll { $0.owner == owner && $0.type == type }
        zone.rrsets.append(RRset(owner: owner, type: type, ttl: ttl, rdatas: rdatas))
    }

    /// A question about a name in or near the zone.
    mutating func question(_ zone: ModelZone) -> (name: Name, type: RRType) {
        let types: [RRType] = [
            .a, .a, .aaaa, .mx, .ns, .ds, .cname, .dname, .txt, .srv, .any, .soa, .rrsig, .nsec, .nsec3,
        ]
        let type = types[number(0..<types.count)]
        if number(0..<30) == 0 { return (Name(validated: [1, 0x71, 0]), type) }
        // Near what exists more happens.
        let base = zone.rrsets[number(0..<zone.rrsets.count)].owner
        return (name(below: number(0..<2) == 0 ? zone.apex : base, depth: 3), type)
    }
}
