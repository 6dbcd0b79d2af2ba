// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ZoneStore

/// What has to be proved about a negative or wildcard answer of a signed zone.
enum ProofNeed: Hashable {
    /// The name does not exist, and no wildcard stands for it.
    case absence(Name)
    /// The name exists without records of the type.
    case noData(Name, RRType)
    /// No name is closer than the wildcard that was expanded below the encloser.
    case expansion(Name, encloser: Name)
    /// The wildcard below the encloser stands for the name and has no records of the type.
    case wildcardNoData(Name, encloser: Name, RRType)
    /// The zone cut has no DS records.
    case insecure(Name)
}

/// What a query must be answered, worked out by the letter of RFC 1034 4.3.2, 4592, 6604 and 6672 over plain lists.
struct ReferenceAnswer {
    var rcode = RCode.noError
    var isAuthoritative = true
    var answer: [ResourceRecord] = []
    /// The authority section without what proves anything.
    var authority: [ResourceRecord] = []
    var additional: [ResourceRecord] = []
    var needs: [ProofNeed] = []
    /// The zone that answers.
    var zone: ModelZone?
}

/// A second resolver, slow and plain, which shares no code with the engine.
struct ReferenceResolver {
    let zones: [ModelZone]
    let type: RRType
    let isSigned: Bool
    /// Which RRset stands for all when ANY is asked; that is the engine's to choose.
    let choice: RRType?
    private var result = ReferenceAnswer()

    static func resolve(
        _ name: Name,
        _ type: RRType,
        signed isSigned: Bool,
        in zones: [ModelZone],
        choice: RRType? = nil
    ) -> ReferenceAnswer {
        var resolver = ReferenceResolver(zones: zones, type: type, isSigned: isSigned, choice: choice)
        resolver.run(name)
        return resolver.result
    }

    private init(zones: [ModelZone], type: RRType, isSigned: Bool, choice: RRType?) {
        self.zones = zones
        self.type = type
        self.isSigned = isSigned
        self.choice = choice
    }

    private func nearest(_ name: Name) -> ModelZone? {
        zones.filter { name.isSubdomain(of: $0.apex) }.max { $0.apex.labelCount < $1.apex.labelCount }
    }

    private mutating func run(_ question: Name) {
        guard var zone = nearest(question) else {
            result.rcode = .refused
            result.isAuthoritative = false
            return
        }
        if type == .ds, question == zone.apex, let above = question.parent, let parent = nearest(above) {
            zone = parent
        }
        result.zone = zone
        // Hashed owners are no names of the zone (RFC 5155 7.2.8).
        let names = ModelZone(apex: zone.apex, rrsets: zone.rrsets.filter { !Self.isHashed($0) })
        var visited = [question]
        while let target = step(visited[visited.count - 1], names, isFirst: visited.count == 1) {
            guard visited.count < 18, !visited.contains(target), target.isSubdomain(of: zone.apex) else { return }
            visited.append(target)
        }
    }

    private static func isHashed(_ rrset: RRset) -> Bool {
        rrset.type == .nsec3 || (rrset.type == .rrsig && rrset.rdatas.allSatisfy { $0.starts(with: [0, 50]) })
    }

    /// Answers for one name; the name that a CNAME or DNAME leads to.
    private mutating func step(_ name: Name, _ zone: ModelZone, isFirst: Bool) -> Name? {
        for above in zone.ancestry(of: name).reversed() {
            if above != zone.apex, let servers = zone.rrset(above, .ns), above != name || type != .ds {
                if isFirst { result.isAuthoritative = false }
                refer(servers, zone)
                return nil
            }
            if above != name, let dname = zone.rrset(above, .dname) { return follow(dname, name, zone) }
        }
        if zone.exists(name) {
            if zone.hasRecords(name) { return answer(name, from: name, encloser: nil, zone) }
            deny(.noData(name, type), zone)
            return nil
        }
        guard let encloser = zone.ancestry(of: name).first(where: zone.exists) else { return nil }
        let wildcard = encloser.wildcard
        if zone.hasRecords(wildcard) { return answer(name, from: wildcard, encloser: encloser, zone) }
        if zone.exists(wildcard) {
            deny(.wildcardNoData(name, encloser: encloser, type), zone)
        } else {
            result.rcode = .nameError
            deny(.absence(name), zone)
        }
        return nil
    }

    private mutating func answer(_ name: Name, from source: Name, encloser: Name?, _ zone: ModelZone) -> Name? {
        let wanted = type == .any ? choice ?? .any : type
        if let rrset = zone.rrset(source, wanted) {
            result.answer += records(rrset, owner: name, zone)
            if let encloser { need(.expansion(name, encloser: encloser), zone) }
            addAddresses(of: rrset, answering: name, zone)
            return nil
        }
        if let cname = zone.rrset(source, .cname) {
            result.answer += records(cname, owner: name, zone)
            if let encloser { need(.expansion(name, encloser: encloser), zone) }
            return Name(validated: cname.rdatas[0])
        }
        deny(encloser.map { .wildcardNoData(name, encloser: $0, type) } ?? .noData(name, type), zone)
        return nil
    }

    private mutating func follow(_ dname: RRset, _ name: Name, _ zone: ModelZone) -> Name? {
        let written = records(dname, owner: dname.owner, zone)
        if !result.answer.contains(written[0]) { result.answer += written }
        let kept = name.wire.prefix(name.wire.count - dname.owner.wire.count)
        let target = Array(kept) + dname.rdatas[0]
        guard target.count <= 255 else {
            result.rcode = .nameExists
            return nil
        }
        result.answer.append(ResourceRecord(owner: name, type: .cname, ttl: dname.ttl, rdata: target))
        return type == .cname ? nil : Name(validated: target)
    }

    private mutating func refer(_ servers: RRset, _ zone: ModelZone) {
        result.authority += servers.rdatas.map {
            ResourceRecord(owner: servers.owner, type: .ns, ttl: servers.ttl, rdata: $0)
        }
        if isSigned {
            if let ds = zone.rrset(servers.owner, .ds) {
                result.authority += records(ds, owner: ds.owner, zone)
            } else {
                need(.insecure(servers.owner), zone)
            }
        }
        addAddresses(of: servers, answering: nil, zone)
    }

    private mutating func deny(_ proof: ProofNeed, _ zone: ModelZone) {
        guard let soa = zone.rrset(zone.apex, .soa) else { return }
        result.authority += records(soa, owner: zone.apex, ttl: zone.negativeTTL, zone)
        need(proof, zone)
    }

    private mutating func need(_ proof: ProofNeed, _ zone: ModelZone) {
        if isSigned { result.needs.append(proof) }
    }

    /// The records of an RRset, with the signatures over them.
    private func records(_ rrset: RRset, owner: Name, ttl: UInt32? = nil, _ zone: ModelZone) -> [ResourceRecord] {
        let served = ttl ?? (rrset.type == .nsec ? min(rrset.ttl, zone.negativeTTL) : rrset.ttl)
        let signatures = zone.rrset(rrset.owner, .rrsig)?.rdatas ?? []
        if rrset.type == .rrsig {
            return signatures.map { rdata in
                let covered = zone.rrset(rrset.owner, RRType(rawValue: UInt16(rdata[0]) << 8 | UInt16(rdata[1])))
                return ResourceRecord(owner: owner, type: .rrsig, ttl: covered?.ttl ?? rrset.ttl, rdata: rdata)
            }
        }
        let plain = rrset.rdatas.map { ResourceRecord(owner: owner, type: rrset.type, ttl: served, rdata: $0) }
        guard isSigned else { return plain }
        let number = [UInt8(rrset.type.rawValue >> 8), UInt8(rrset.type.rawValue & 255)]
        return plain
            + signatures.filter { $0.starts(with: number) }
            .map { ResourceRecord(owner: owner, type: .rrsig, ttl: served, rdata: $0) }
    }

    /// Addresses of the names in an RRset that was answered with, or that refers.
    private mutating func addAddresses(of rrset: RRset, answering owner: Name?, _ zone: ModelZone) {
        guard let start: Int = [.ns: 0, .mx: 2, .srv: 6][rrset.type] else { return }
        for rdata in rrset.rdatas {
            let target = Name(validated: Array(rdata[start...]))
            guard target.isSubdomain(of: zone.apex), let source = source(target, isGlue: rrset.type == .ns, zone)
            else { continue }
            for type in [RRType.a, .aaaa] where !(owner == target && type == self.type) {
                guard let addresses = zone.rrset(source, type) else { continue }
                for record in records(addresses, owner: target, zone) where !result.additional.contains(record) {
                    result.additional.append(record)
                }
            }
        }
    }

    /// Whose records a target has: its own, a wildcard's, or nobody's.
    private func source(_ target: Name, isGlue: Bool, _ zone: ModelZone) -> Name? {
        for above in zone.ancestry(of: target).reversed() {
            if above != zone.apex, zone.rrset(above, .ns) != nil { return isGlue ? target : nil }
            if above != target, zone.rrset(above, .dname) != nil { return nil }
        }
        if zone.exists(target) { return target }
        return zone.ancestry(of: target).first(where: zone.exists)?.wildcard
    }
}
