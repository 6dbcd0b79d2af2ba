// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine
import Testing
import ZoneStore

/// Generated zones and questions, answered by the engine and by the plain resolver of these tests.
@Suite struct ResolutionDifferentialTests {
    private static let apex = Name(validated: [1, 0x7A, 0])

    /// Compares answers to many questions about zones of one kind.
    private func compare(_ kind: ModelDenial?, seeds: Range<UInt64>) throws {
        let fixture = try ResponderFixture()
        var asker = try ModelAsker(fixture)
        var version: UInt64 = 0
        for seed in seeds {
            var generator = ZoneGenerator(seed: seed)
            version += 1
            var unsigned = [generator.zone(Self.apex)]
            // Every third zone has another below it, whether it is delegated or not.
            if seed % 3 == 0 { unsigned.append(generator.zone(generator.name(below: Self.apex, depth: 2))) }
            if unsigned.count == 2, unsigned[1].apex == Self.apex { unsigned.removeLast() }
            let signers = unsigned.map { zone in
                kind.map { ZoneSigner(zone: zone, denial: $0, denialTTL: seed % 2 == 0 ? 5000 : nil) }
            }
            let zones = zip(unsigned, signers).map { $1?.sign() ?? $0 }
            for (zone, place) in zip(zones, 1...) { try fixture.put(zone, version: version * 4 + UInt64(place)) }
            for round in 0..<40 {
                let (name, type) = generator.question(unsigned[round % unsigned.count])
                let isSigned = kind != nil && round % 4 != 0
                let message = try asker.ask(name, type, signed: isSigned)
                check(message, zones, signers, name, type, signed: isSigned, "seed \(seed): \(name.wire) \(type)")
            }
            for zone in zones.dropFirst() {
                _ = try fixture.store.apply(
                    [.delete(name: zone.apex, generation: 1, version: version * 4 + 3)],
                    position: nil
                )
            }
        }
    }

    private func check(
        _ message: Message,
        _ zones: [ModelZone],
        _ signers: [ZoneSigner?],
        _ name: Name,
        _ type: RRType,
        signed isSigned: Bool,
        _ label: Comment
    ) {
        let choice = type == .any ? message.answers.last { $0.type != .rrsig }?.type : nil
        let wanted = ReferenceResolver.resolve(name, type, signed: isSigned, in: zones, choice: choice)
        #expect(message.rcode == wanted.rcode, label)
        #expect(message.header.isAuthoritative == wanted.isAuthoritative, label)
        #expect(!message.header.isTruncated, label)
        #expect(Self.lines(message.answers) == Self.lines(wanted.answer), label)
        #expect(Self.lines(message.additionals) == Self.lines(wanted.additional), label)
        let proofs = message.authorities.filter(Self.isProof)
        #expect(Self.lines(message.authorities.filter { !Self.isProof($0) }) == Self.lines(wanted.authority), label)
        guard let answering = wanted.zone, let place = zones.firstIndex(where: { $0.apex == answering.apex }),
            let signer = signers[place]
        else {
            #expect(proofs.isEmpty, label)
            return
        }
        let verifier = ProofVerifier(signer, authority: proofs)
        let isProved = wanted.needs.allSatisfy(verifier.proves)
        #expect(isProved, "\(label) \(wanted.needs)")
        let isMinimal = verifier.isMinimal(for: wanted.needs)
        #expect(isMinimal, label)
        expectServed(proofs, answering, label)
    }

    /// Each proof once, as the zone has it, with its signature and the TTL of negative answers.
    private func expectServed(_ proofs: [ResourceRecord], _ zone: ModelZone, _ label: Comment) {
        #expect(Set(proofs).count == proofs.count, label)
        for record in proofs {
            let rrset = zone.rrset(record.owner, record.type)
            #expect(rrset?.rdatas.contains(record.rdata) == true, label)
            #expect(record.ttl <= zone.negativeTTL, label)
            guard record.type != .rrsig else { continue }
            let number = [UInt8(record.type.rawValue >> 8), UInt8(record.type.rawValue & 255)]
            let signature = proofs.first {
                $0.type == .rrsig && $0.owner == record.owner && $0.rdata.starts(with: number)
            }
            #expect(signature?.ttl == record.ttl, label)
        }
    }

    private static func isProof(_ record: ResourceRecord) -> Bool {
        switch record.type {
        case .nsec, .nsec3: true
        case .rrsig: record.rdata.starts(with: [0, 47]) || record.rdata.starts(with: [0, 50])
        default: false
        }
    }

    /// Records in a form that can be compared: compression may change the case of names in RFC 1035's types.
    private static func lines(_ records: [ResourceRecord]) -> [String] {
        records.map { record in
            let isCompressed = [RRType.ns, .cname, .soa, .mx].contains(record.type)
            let rdata = isCompressed ? record.rdata.map { CaseFolding.lower($0) } : record.rdata
            return "\(record.owner.lowercased().wire) \(record.ttl) \(record.type.rawValue) \(rdata)"
        }.sorted()
    }

    @Test("unsigned zones", arguments: 0..<4 as Range<UInt64>)
    func unsigned(part: UInt64) throws {
        try compare(nil, seeds: (part * 500)..<(part * 500 + 150))
    }

    @Test("zones signed with NSEC", arguments: 4..<8 as Range<UInt64>)
    func signed(part: UInt64) throws {
        try compare(.nsec, seeds: (part * 500)..<(part * 500 + 80))
    }

    @Test("zones signed with NSEC3", arguments: [(0, []), (1, [0xAB]), (12, [1, 2, 3, 4])] as [(UInt16, [UInt8])])
    func hashed(iterations: UInt16, salt: [UInt8]) throws {
        let start = 10_000 + UInt64(iterations) * 1000
        try compare(.nsec3(iterations: iterations, salt: salt, optOut: false), seeds: start..<(start + 80))
    }

    @Test("zones signed with NSEC3 and opt-out", arguments: 30..<33 as Range<UInt64>)
    func optOut(part: UInt64) throws {
        try compare(.nsec3(iterations: 0, salt: [], optOut: true), seeds: (part * 1000)..<(part * 1000 + 80))
    }
}
