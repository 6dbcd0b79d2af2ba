// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

extension ApplyBatch {
    /// What the file has of an owner; nil when it is damaged.
    func values(of owner: Name, at place: OwnerPlace) throws(LMDBError) -> OwnerValues? {
        var values = OwnerValues()
        if let octets = try transaction.get(environment.nodes, place.key) {
            guard let node = NodeValue(octets, key: place.key, owner: owner) else { return nil }
            values.node = (node, octets)
        }
        if let key = place.hashedKey, let octets = try transaction.get(environment.nsec3, key) {
            guard let hashed = NodeValue(octets, key: key, owner: owner) else { return nil }
            values.hashed = (hashed, octets)
        }
        return values
    }

    /// Writes an owner that was not there before, in a zone whose number is greater than all others; owners come in the
    /// order of their keys.
    func append(_ values: OwnerValues, at place: OwnerPlace) throws(LMDBError) {
        if let node = values.node {
            try transaction.put(environment.nodes, place.key, node.octets, appending: true)
        }
        if let hashed = values.hashed, let key = place.hashedKey {
            try transaction.put(environment.nsec3, key, hashed.octets, appending: true)
        }
    }

    /// Writes an owner in place of what is there.
    func write(_ values: OwnerValues, replacing old: OwnerValues, at place: OwnerPlace) throws(LMDBError) {
        if let node = values.node {
            if node.octets != old.node?.octets { try transaction.put(environment.nodes, place.key, node.octets) }
        } else if old.node != nil {
            try transaction.delete(environment.nodes, place.key)
        }
        guard let key = place.hashedKey else { return }
        if let hashed = values.hashed {
            if hashed.octets != old.hashed?.octets { try transaction.put(environment.nsec3, key, hashed.octets) }
        } else if old.hashed != nil {
            try transaction.delete(environment.nsec3, key)
        }
    }

    /// Removes all owners of a zone.
    func deleteOwners(of record: ZoneRecord) throws(LMDBError) {
        let prefix = OwnerKey.prefix(of: record.number)
        try transaction.deleteAll(environment.nodes, prefix: prefix)
        try transaction.deleteAll(environment.nsec3, prefix: prefix)
    }

    /// The place of an RRset that may be stored in the zone.
    static func checkedPlace(
        _ rrset: RRset,
        apex: Name,
        apexLabels: Int,
        number: UInt64
    ) throws(ZoneRefused) -> OwnerPlace {
        guard rrset.owner.isSubdomain(of: apex) else { throw ZoneRefused(.outOfZone(rrset.owner)) }
        guard 1...65_535 ~= rrset.rdatas.count, rrset.rdatas.allSatisfy({ $0.count <= 65_535 }) else {
            throw ZoneRefused(.badRRset(rrset.key))
        }
        guard let place = OwnerPlace(rrset.owner, zone: number, apexLabels: apexLabels) else {
            throw ZoneRefused(.nameTooLong(rrset.owner))
        }
        return place
    }
}
