// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport

/// A signed zone file as what its server has to answer.
struct SignedFileRecords {
    struct Key: Hashable {
        var owner: Name
        var type: RRType
    }

    let apex: Name
    /// Everything but signatures: octets of each record.
    private(set) var sets: [Key: Set<[UInt8]>] = [:]
    private(set) var ttls: [Key: UInt32] = [:]
    /// The signatures of each set.
    private(set) var signatures: [Key: Set<[UInt8]>] = [:]
    /// What each signature of the file covers, by its octets.
    private(set) var covered: [[UInt8]: Key] = [:]

    init(path: String, apex: Name) throws {
        self.apex = apex
        guard let octets = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SupportError("cannot read \(path)")
        }
        let file = MasterFileContents(text: octets.utf8, origin: apex)
        guard file.errors.isEmpty else { throw SupportError("\(path): \(file.errors)") }
        for record in file.records.map(\.record) {
            if record.type == .rrsig, let fields = try? RData.RRSIG(rdata: record.rdata) {
                let key = Key(owner: record.owner, type: fields.typeCovered)
                signatures[key, default: []].insert(record.rdata)
                covered[record.rdata] = key
            } else {
                let key = Key(owner: record.owner, type: record.type)
                sets[key, default: []].insert(record.rdata)
                ttls[key] = record.ttl
            }
        }
    }

    /// Owners of delegations.
    var cuts: Set<Name> {
        Set(sets.keys.filter { $0.type == .ns && $0.owner != apex }.map(\.owner))
    }

    /// Whether the name lies below a delegation or a DNAME.
    func isHidden(_ name: Name) -> Bool {
        var parent = name.parent
        while let owner = parent, owner != apex, owner.isSubdomain(of: apex) {
            if sets[Key(owner: owner, type: .ns)] != nil || sets[Key(owner: owner, type: .dname)] != nil { return true }
            parent = owner.parent
        }
        return false
    }

    /// Names that the zone answers for, with empty ones between them and the apex; hashed owners are none.
    var names: Set<Name> {
        var names: Set<Name> = []
        for key in sets.keys where key.type != .nsec3 && !isHidden(key.owner) {
            var name: Name? = key.owner
            while let owner = name, owner.isSubdomain(of: apex), names.insert(owner).inserted { name = owner.parent }
        }
        return names
    }

    /// The octets of all NSEC or NSEC3 records.
    var denials: Set<[UInt8]> {
        sets.filter { $0.key.type == .nsec || $0.key.type == .nsec3 }.reduce(into: []) { $0.formUnion($1.value) }
    }

    /// What is wrong with the signed sets of a section: a signature that is none of the file, a set that is not the one
    /// signed, a TTL that is not that of the set.
    func faults(in section: [ResourceRecord]) -> [String] {
        var faults: [String] = []
        for signature in section where signature.type == .rrsig {
            guard let key = covered[signature.rdata] else {
                faults.append("not in the file: \(signature.line)")
                continue
            }
            let set = section.filter { $0.owner == signature.owner && $0.type == key.type }
            if Set(set.map(\.rdata)) != sets[key] { faults.append("signs something else: \(signature.line)") }
            if set.contains(where: { $0.ttl != signature.ttl }) { faults.append("another TTL: \(signature.line)") }
            if signature.owner != key.owner, !key.owner.isWildcard { faults.append("another owner: \(signature.line)") }
        }
        return faults
    }
}

extension ResourceRecord {
    /// Whether the record says what is not there.
    var isDenial: Bool {
        type == .nsec || type == .nsec3
    }
}
