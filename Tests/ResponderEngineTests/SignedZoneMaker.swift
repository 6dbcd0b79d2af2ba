// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import DNSWire
import ZoneStore

/// How a test's zone proves that names do not exist.
enum ModelDenial: Hashable {
    case nsec
    case nsec3(iterations: UInt16, salt: [UInt8], optOut: Bool)
}

/// Signs zones as a signer would (RFC 4035 2, RFC 5155 7.1), with signatures that cover the right types but hold no
/// cryptography: what is served is compared octet by octet, not verified.
struct ZoneSigner {
    let zone: ModelZone
    let denial: ModelDenial
    /// The TTL of NSEC and NSEC3 records, which a signer of before RFC 9077 makes too great.
    var denialTTL: UInt32?

    /// The signed zone.
    func sign() -> ModelZone {
        var signed = zone
        signed.rrsets.append(rrset(zone.apex, .dnskey, 3600, [[1, 1, 3, 13, 0xAA]]))
        let names = authoritativeNames(of: signed)
        var signatures: [Name: [[UInt8]]] = [:]
        for rrset in signed.rrsets where names.contains(rrset.owner) && isSigned(rrset) {
            signatures[rrset.owner, default: []].append(signature(over: rrset))
        }
        switch denial {
        case .nsec:
            for rrset in nsecChain(names, signed) {
                signed.rrsets.append(rrset)
                signatures[rrset.owner, default: []].append(signature(over: rrset))
            }
        case .nsec3(let iterations, let salt, let isOptOut):
            let head: [UInt8] = [UInt8(iterations >> 8), UInt8(iterations & 255), UInt8(salt.count)] + salt
            let parameters = rrset(zone.apex, .nsec3param, 0, [[1, 0] + head])
            signed.rrsets.append(parameters)
            signatures[zone.apex, default: []].append(signature(over: parameters))
            for rrset in nsec3Chain(names, signed, head: [1, isOptOut ? 1 : 0] + head, isOptOut) {
                signed.rrsets.append(rrset)
                signatures[rrset.owner, default: []].append(signature(over: rrset))
            }
        }
        for (owner, rdatas) in signatures { signed.rrsets.append(rrset(owner, .rrsig, 3600, rdatas)) }
        return signed
    }

    /// The names with records that the zone has authority over, zone cuts included: not below a cut or a DNAME.
    private func authoritativeNames(of zone: ModelZone) -> Set<Name> {
        Set(zone.rrsets.map(\.owner)).filter { owner in
            zone.ancestry(of: owner).dropFirst().allSatisfy { above in
                (above == zone.apex || zone.rrset(above, .ns) == nil) && zone.rrset(above, .dname) == nil
            }
        }
    }

    private func isCut(_ name: Name, _ zone: ModelZone) -> Bool {
        name != zone.apex && zone.rrset(name, .ns) != nil
    }

    /// At a zone cut only DS, NSEC and NSEC3 are signed (RFC 4035 2.2).
    private func isSigned(_ rrset: RRset) -> Bool {
        !isCut(rrset.owner, zone) || rrset.type == .ds
    }

    private func types(at name: Name, _ zone: ModelZone) -> [RRType] {
        let all = zone.rrsets.filter { $0.owner == name }.map(\.type)
        return isCut(name, zone) ? all.filter { $0 == .ns || $0 == .ds } : all
    }

    private var chainTTL: UInt32 { denialTTL ?? zone.negativeTTL }

    private func nsecChain(_ names: Set<Name>, _ zone: ModelZone) -> [RRset] {
        let ordered = names.sorted { $0 < $1 }
        return ordered.indices.map { index in
            let next = ordered[(index + 1) % ordered.count]
            let bitmap = TypeBitmap.encode(types(at: ordered[index], zone) + [.rrsig, .nsec])
            return rrset(ordered[index], .nsec, chainTTL, [next.wire + bitmap])
        }
    }

    private func nsec3Chain(_ names: Set<Name>, _ zone: ModelZone, head: [UInt8], _ isOptOut: Bool) -> [RRset] {
        // With opt-out, insecure delegations are left out, and so are empty non-terminals that only they cause.
        let covered = names.filter { !isOptOut || !isCut($0, zone) || zone.rrset($0, .ds) != nil }
        let all = Set(covered.flatMap { zone.ancestry(of: $0) })
        let hashed = all.map { (hash: hash($0), name: $0) }.sorted { $0.hash.lexicographicallyPrecedes($1.hash) }
        return hashed.indices.map { index in
            let next = hashed[(index + 1) % hashed.count].hash
            var types = types(at: hashed[index].name, zone)
            if types.contains(where: { $0 != .ns }) { types.append(.rrsig) }
            let rdata = head + [20] + next + TypeBitmap.encode(types)
            return rrset(hashedOwner(hashed[index].hash), .nsec3, chainTTL, [rdata])
        }
    }

    /// RFC 5155 5, with another implementation of SHA-1 than the engine's.
    func hash(_ name: Name) -> [UInt8] {
        guard case .nsec3(let iterations, let salt, _) = denial else { return [] }
        var hash = Array(Insecure.SHA1.hash(data: name.lowercased().wire + salt))
        for _ in 0..<iterations { hash = Array(Insecure.SHA1.hash(data: hash + salt)) }
        return hash
    }

    /// The owner of a hash: its base32hex below the apex.
    func hashedOwner(_ hash: [UInt8]) -> Name {
        let digits = Array("0123456789abcdefghijklmnopqrstuv".utf8)
        let bits = hash.flatMap { octet in (0..<8).map { octet >> (7 - $0) & 1 } }
        let label = stride(from: 0, to: 160, by: 5).map { start in
            digits[bits[start..<(start + 5)].reduce(0) { $0 << 1 | Int($1) }]
        }
        return Name(validated: [32] + label + zone.apex.wire)
    }

    /// A signature whose data says what it covers, so that each can be told from the others.
    private func signature(over rrset: RRset) -> [UInt8] {
        let labels = rrset.owner.labelCount - (rrset.owner.isWildcard ? 1 : 0)
        let head = [UInt8(rrset.type.rawValue >> 8), UInt8(rrset.type.rawValue & 255), 13, UInt8(labels)]
        let ttl = (0..<4).map { UInt8(truncatingIfNeeded: rrset.ttl >> (24 - 8 * UInt32($0))) }
        let times: [UInt8] = [0x70, 0, 0, 0, 0x60, 0, 0, 0, 0, 7]
        let name = Array(SHA256.hash(data: rrset.owner.lowercased().wire).prefix(8))
        return head + ttl + times + zone.apex.lowercased().wire + name
    }

    private func rrset(_ owner: Name, _ type: RRType, _ ttl: UInt32, _ rdatas: [[UInt8]]) -> RRset {
        RRset(owner: owner, type: type, ttl: ttl, rdatas: rdatas)
    }
}
