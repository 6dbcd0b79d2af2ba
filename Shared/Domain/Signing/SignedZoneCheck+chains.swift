// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

extension SignedZoneCheck {
    /// The NSEC chain (RFC 4034 4, RFC 4035 2.3): an NSEC record at each name that the zone answers for, each naming the
    /// next one, the last the apex.
    mutating func checkNames() {
        var links: [(line: Int, owner: Name, next: Name)] = []
        for node in zone.nodes where node.kind != .hashed {
            let records = node.denials.filter { $0.type == .nsec }
            guard let record = records.first, let fields = try? RData.NSEC(rdata: record.rdata) else {
                if node.kind != .hidden {
                    faults.add(node.line, "\(node.owner.text) has no NSEC record")
                }
                continue
            }
            if records.count > 1 {
                faults.add(records[1].line, "\(node.owner.text) has more than one NSEC record")
            }
            if node.kind != .hidden, fields.types != node.listedTypes {
                faults.add(record.line, Self.difference(fields.types, node))
            }
            links.append((record.line, node.owner, fields.nextDomainName))
        }
        for (index, link) in links.enumerated() {
            let isLast = index + 1 == links.count
            let expected = isLast ? zone.apex : links[index + 1].owner
            if link.next != expected {
                let names = "\(link.owner.text) NSEC names \(link.next.text) as next"
                faults.add(link.line, "\(names), but the zone goes on with \(expected.text)")
            }
        }
    }

    private static func difference(_ listed: [RRType], _ node: SignedNode) -> String {
        let text = { (types: [RRType]) in types.map(\.description).joined(separator: " ") }
        return "\(node.owner.text) NSEC lists \(text(listed)), but there are \(text(node.listedTypes))"
    }

    /// The NSEC3 chain (RFC 5155 7.1): hashed owners in their order, each naming the next one, the last the first.
    ///
    /// Whether each name has its hash in the chain is not checked.
    mutating func checkHashes(_ parameters: (line: Int, fields: RData.NSEC3PARAM)) {
        if parameters.fields.hashAlgorithm != 1 {
            faults.add(parameters.line, "NSEC3PARAM has a hash algorithm that is not SHA-1 (1)")
        }
        if parameters.fields.iterations > Self.mostIterations {
            let count = "NSEC3PARAM has \(parameters.fields.iterations) iterations"
            warnings.add(parameters.line, "\(count): resolvers may take the zone for unsigned (RFC 9276)")
        }
        if let other = usableParameters.dropFirst().first {
            faults.add(other.line, "the zone has more than one NSEC3PARAM record: sign it with one")
        }
        var links: [(line: Int, hash: [UInt8], next: [UInt8])] = []
        for node in zone.nodes where node.kind == .hashed {
            let records = node.denials.filter { $0.type == .nsec3 }
            guard let record = records.first, let fields = try? RData.NSEC3(rdata: record.rdata) else {
                continue
            }
            guard Self.matches(fields, parameters.fields), records.count == 1 else {
                faults.add(record.line, "\(node.owner.text) NSEC3 is not of the chain that NSEC3PARAM announces")
                continue
            }
            guard node.owner.parent == zone.apex, let hash = HashedOwner.hash(of: node.owner) else {
                faults.add(record.line, "\(node.owner.text) is not the hash of a name in \(zone.apex.text)")
                continue
            }
            links.append((record.line, hash, fields.nextHashedOwner))
        }
        guard let first = links.first else {
            faults.add(parameters.line, "the zone has an NSEC3PARAM record but no NSEC3 records")
            return
        }
        // The order of hashes is that of their texts, which is that of the owners.
        for (index, link) in links.enumerated() {
            let expected = index + 1 == links.count ? first.hash : links[index + 1].hash
            if link.next != expected {
                let names = "\(HashedOwner.text(link.hash)) NSEC3 names \(HashedOwner.text(link.next)) as next"
                faults.add(link.line, "\(names), but the zone goes on with \(HashedOwner.text(expected))")
            }
        }
    }

    private static func matches(_ record: RData.NSEC3, _ parameters: RData.NSEC3PARAM) -> Bool {
        record.hashAlgorithm == parameters.hashAlgorithm && record.iterations == parameters.iterations
            && record.salt == parameters.salt
    }
}
