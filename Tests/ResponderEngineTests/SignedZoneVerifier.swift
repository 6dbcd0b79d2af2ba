// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ZoneStore

/// Checks denial of existence as a validator does, from the records of a response alone (RFC 4035 5.4, RFC 5155 8).
struct ProofVerifier {
    let apex: Name
    /// How the names of the zone are hashed; nil for NSEC.
    let signer: ZoneSigner
    /// The NSEC or NSEC3 records of the authority section.
    var proofs: [ResourceRecord]

    init(_ signer: ZoneSigner, authority: [ResourceRecord]) {
        apex = signer.zone.apex
        self.signer = signer
        proofs = authority.filter { $0.type == .nsec || $0.type == .nsec3 }
    }

    /// Whether the records prove what is needed.
    func proves(_ need: ProofNeed) -> Bool {
        signer.denial == .nsec ? provesPlainly(need) : provesHashed(need)
    }

    /// Whether each record is needed by one of these.
    func isMinimal(for needs: [ProofNeed]) -> Bool {
        proofs.indices.allSatisfy { index in
            var fewer = self
            fewer.proofs.remove(at: index)
            return !needs.allSatisfy(fewer.proves)
        }
    }

    // MARK: NSEC

    private func provesPlainly(_ need: ProofNeed) -> Bool {
        switch need {
        case .absence(let name):
            guard let cover = cover(name), let encloser = encloser(of: name, from: cover) else { return false }
            return !isBelowNext(name, cover)
                && self.cover(encloser.wildcard).map { !isBelowNext(encloser.wildcard, $0) } == true
        case .noData(let name, let type):
            if let own = proofs.first(where: { $0.owner == name }) {
                return lacks(Self.types(own), type)
            }
            return cover(name).map { isBelowNext(name, $0) } == true
        case .expansion(let name, _):
            return cover(name).map { !isBelowNext(name, $0) } == true
        case .wildcardNoData(let name, let closest, let type):
            guard let cover = cover(name), encloser(of: name, from: cover) == closest else { return false }
            return provesPlainly(.noData(closest.wildcard, type))
        case .insecure(let cut):
            guard let own = proofs.first(where: { $0.owner == cut }) else { return false }
            let types = Self.types(own)
            return types.contains(.ns) && !types.contains(.ds) && !types.contains(.soa)
        }
    }

    private static func next(_ record: ResourceRecord) -> Name {
        var reader = WireReader(record.rdata.span)
        return (try? reader.readName()) ?? .root
    }

    private static func types(_ record: ResourceRecord) -> [RRType] {
        let start = record.type == .nsec ? next(record).wire.count : 5 + Int(record.rdata[4]) + 21
        return (try? TypeBitmap.decode(Array(record.rdata[start...]))) ?? []
    }

    private func lacks(_ types: [RRType], _ type: RRType) -> Bool {
        // A delegation's own record says nothing of the other side of the cut but that DS is not there (RFC 6840 4.4).
        if types.contains(.ns), !types.contains(.soa), type != .ds { return false }
        return !types.contains(type) && !types.contains(.cname)
    }

    private func cover(_ name: Name) -> ResourceRecord? {
        proofs.first { record in
            let next = Self.next(record)
            // A name below a cut or a DNAME is not this record's to deny (RFC 6840 4.1).
            let types = Self.types(record)
            let isAbove = name.isSubdomain(of: record.owner)
            if isAbove, types.contains(.dname) || (types.contains(.ns) && !types.contains(.soa)) { return false }
            return record.owner < name && (name < next || next == apex)
        }
    }

    /// Whether the record's next name lies below `name`, which is then an empty non-terminal.
    private func isBelowNext(_ name: Name, _ record: ResourceRecord) -> Bool {
        Self.next(record).isSubdomain(of: name)
    }

    private func encloser(of name: Name, from cover: ResourceRecord) -> Name? {
        signer.zone.ancestry(of: name).first {
            cover.owner.isSubdomain(of: $0) || Self.next(cover).isSubdomain(of: $0)
        }
    }

    // MARK: NSEC3

    private func provesHashed(_ need: ProofNeed) -> Bool {
        switch need {
        case .absence(let name):
            guard let proof = closestEncloser(name) else { return false }
            // What opt-out leaves unsaid may exist (RFC 5155 9.2), also as a wildcard of a higher encloser.
            return covering(proof.encloser.wildcard) != nil
                || (proof.isOptOut && matching(proof.encloser.wildcard) != nil)
        case .noData(let name, let type):
            if let own = matching(name) { return lacks(Self.types(own), type) }
            return closestEncloser(name)?.isOptOut == true
        case .expansion(let name, let encloser):
            return covering(below(encloser, name)) != nil
        case .wildcardNoData(let name, let encloser, let type):
            guard let proof = closestEncloser(name) else { return false }
            if let own = matching(proof.encloser.wildcard) {
                return proof.encloser == encloser ? lacks(Self.types(own), type) : proof.isOptOut
            }
            // Only delegations that opt-out leaves out may be below such a wildcard.
            return proof.isOptOut && covering(proof.encloser.wildcard) != nil
        case .insecure(let cut):
            if let own = matching(cut) {
                let types = Self.types(own)
                return types.contains(.ns) && !types.contains(.ds) && !types.contains(.soa)
            }
            return closestEncloser(cut)?.isOptOut == true
        }
    }

    private func matching(_ name: Name) -> ResourceRecord? {
        let owner = signer.hashedOwner(signer.hash(name))
        return proofs.first { $0.owner == owner }
    }

    private func covering(_ name: Name) -> ResourceRecord? {
        let label = signer.hashedOwner(signer.hash(name)).wire.prefix(33)
        return proofs.first { record in
            let start = 5 + Int(record.rdata[4])
            let next = signer.hashedOwner(Array(record.rdata[(start + 1)..<(start + 21)])).wire.prefix(33)
            let owner = record.owner.lowercased().wire.prefix(33)
            let isLast = !owner.lexicographicallyPrecedes(next)
            let isBehind = owner.lexicographicallyPrecedes(label)
            let isBefore = label.lexicographicallyPrecedes(next)
            return isLast ? isBehind || isBefore : isBehind && isBefore
        }
    }

    /// The name below `encloser` on the way to `name`.
    private func below(_ encloser: Name, _ name: Name) -> Name {
        signer.zone.ancestry(of: name).last { $0 != encloser && $0.isSubdomain(of: encloser) } ?? name
    }

    /// The closest encloser proof (RFC 5155 8.3): the nearest ancestor with a record, the name below it covered.
    private func closestEncloser(_ name: Name) -> (encloser: Name, isOptOut: Bool)? {
        guard let encloser = signer.zone.ancestry(of: name).dropFirst().first(where: { matching($0) != nil }),
            let own = matching(encloser), let cover = covering(below(encloser, name))
        else { return nil }
        let types = Self.types(own)
        if types.contains(.dname) || (types.contains(.ns) && !types.contains(.soa)) { return nil }
        return (encloser, cover.rdata[1] & 1 == 1)
    }
}
