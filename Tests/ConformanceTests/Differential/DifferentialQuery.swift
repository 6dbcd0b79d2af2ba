// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// One question and the way it is asked.
struct DifferentialQuery: Sendable {
    /// How the client introduces itself.
    enum Manner: Sendable {
        /// No OPT record: 512 octets.
        case plain
        /// An OPT record, 1232 octets.
        case extended
        /// With the DO bit also.
        case secure
    }

    /// The name, in the case that is sent.
    let name: Name
    let type: RRType
    var rrclass: UInt16 = 1
    let manner: Manner
    let isTCP: Bool
    /// The zone that the question was made for.
    let zone: Int

    /// The message; its identifier is 0.
    var message: [UInt8] {
        var message: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, manner == .plain ? 0 : 1]
        message += name.wire
        message += [
            UInt8(type.rawValue >> 8), UInt8(type.rawValue & 255), UInt8(rrclass >> 8), UInt8(rrclass & 255),
        ]
        if manner != .plain { message += [0, 0, 41, 0x04, 0xD0, 0, 0, manner == .secure ? 0x80 : 0, 0, 0, 0] }
        return message
    }
}

extension DifferentialQuery: CustomStringConvertible {
    var description: String {
        "\(name.text) \(rrclass == 1 ? "" : "CLASS\(rrclass) ")\(type) \(manner)\(isTCP ? " TCP" : "")"
    }
}

/// The generator of the questions.
struct DifferentialQueries {
    private let zones: [DifferentialZone]
    private var random: DifferentialRandom

    init(_ zones: [DifferentialZone], seed: UInt64) {
        self.zones = zones
        random = DifferentialRandom(seed: seed)
    }

    /// `count` questions, as many for each zone.
    mutating func make(_ count: Int) throws -> [DifferentialQuery] {
        let names = try zones.map { try self.names(around: $0) }
        let types = zones.map { zone in
            Array(Set(zone.records.map(\.type.rawValue)).sorted()).map { RRType(rawValue: $0) }
        }
        let owned = zones.map { Dictionary(grouping: $0.records, by: \.owner).mapValues { $0.map(\.type) } }
        var queries: [DifferentialQuery] = []
        while queries.count < count {
            let index = queries.count % zones.count
            let name = random.one(of: names[index])
            let isTCP = random.below(10) == 0
            let manners: [DifferentialQuery.Manner] =
                zones[index].isSigned ? [.plain, .extended, .secure, .secure, .secure] : [.plain, .extended, .secure]
            let manner = random.one(of: manners)
            queries.append(
                DifferentialQuery(
                    name: random.below(8) == 0 ? swappingCase(name) : name,
                    type: type(owned[index][name] ?? [], types[index]),
                    rrclass: random.below(200) == 0 ? random.one(of: [2, 4, 255, 254, 0]) : 1,
                    manner: manner,
                    isTCP: isTCP,
                    zone: index
                )
            )
        }
        return queries
    }

    /// Mostly types that mean something.
    private mutating func type(_ own: [RRType], _ types: [RRType]) -> RRType {
        switch random.below(10) {
        case 0..<4: random.one(of: [.a, .a, .aaaa, .mx, .txt])
        case 4: random.one(of: [.ns, .soa, .ds, .cname, .dname])
        case 5: random.one(of: [.any, .rrsig, .nsec, .nsec3, .nsec3param, .dnskey, .cds])
        case 6: random.one(of: types)
        case 7 where random.below(10) == 0:
            // Meta types, also those whose answers no zone can hold.
            RRType(rawValue: random.one(of: [0, 41, 128, 249, 250, 251, 252, 253, 254, 65_280, 65_535]))
        default: random.one(of: own + [.a])
        }
    }

    /// Names with records, and names next to, below and above them.
    private mutating func names(around zone: DifferentialZone) throws -> [Name] {
        var names: [Name] = []
        var seen: Set<Name> = []
        var owners: Set<Name> = []
        func add(_ name: Name?) {
            if let name, seen.insert(name).inserted { names.append(name) }
        }
        for record in zone.records {
            guard owners.insert(record.owner).inserted else { continue }
            // Half the owners of a hashed zone are hashes, which nobody asks for.
            if record.type == .nsec3, random.below(20) != 0 { continue }
            add(record.owner)
            add(record.owner.parent)
            for label in ["x", "*", "q", "ns", "\\000"] {
                let text = try Name(text: "\(label).")
                add(try? text.concatenating(record.owner))
                if let parent = record.owner.parent { add(try? text.concatenating(parent)) }
            }
            add(try? Name(text: "x.y.*.").concatenating(record.owner))
            add(
                try? Name(text: "\(String(repeating: "n", count: 63)).\(String(repeating: "o", count: 61)).")
                    .concatenating(record.owner)
            )
        }
        for _ in 0..<100 {
            let label = (0...random.below(12)).map { _ in UInt8(random.below(256)) }
            add(try? Name(labels: [label]).concatenating(zone.name))
        }
        for text in ["com.", "x.elsewhere.invalid.", "test.", "hosted.test.", "un.hosted.test.", "."] {
            add(try Name(text: text))
        }
        return names
    }

    private mutating func swappingCase(_ name: Name) -> Name {
        var wire = name.wire
        for index in wire.indices where random.below(2) == 0 {
            // No length is a letter's code but 65 and above, which no label has.
            if (0x61...0x7A).contains(wire[index]) { wire[index] &= 0xDF }
        }
        return Name(validated: wire)
    }
}
