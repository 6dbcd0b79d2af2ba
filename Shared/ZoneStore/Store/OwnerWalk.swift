// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// A walk over all owners of a zone in canonical order, hashed ones included.
///
/// It must end before its transaction does.
struct OwnerWalk: ~Copyable {
    /// One owner with its RRsets in ascending order of types.
    struct Owner {
        let name: Name
        let place: OwnerPlace
        let values: OwnerValues
    }

    /// What keys are made of.
    private struct Zone {
        let number: UInt64
        let apex: Name
        let apexLabels: Int

        func hashPlace(_ key: [UInt8]?) throws(LMDBError) -> OwnerPlace? {
            guard let key else { return nil }
            guard key.count == OwnerKey.zonePrefixLength + NSEC3Owner.hashLength,
                let place = OwnerPlace(try hashName(key), zone: number, apexLabels: apexLabels)
            else { throw .damagedValue }
            return place
        }

        func hashName(_ key: [UInt8]) throws(LMDBError) -> Name {
            let label = NSEC3Owner.label(key.dropFirst(OwnerKey.zonePrefixLength))
            guard let name = try? apex.prepending(label) else { throw .damagedValue }
            return name
        }
    }

    private let zone: Zone
    private var nodes: LMDBCursor
    private var hashes: LMDBCursor

    /// A walk over the zone of `record` from its beginning.
    init(
        _ transaction: borrowing LMDBTransaction,
        _ environment: LMDBEnvironment,
        zone record: ZoneRecord,
        apex: Name
    ) throws(LMDBError) {
        let prefix = OwnerKey.prefix(of: record.number)
        var nodes = try LMDBCursor(transaction, environment.nodes, prefix: prefix)
        var hashes = try LMDBCursor(transaction, environment.nsec3, prefix: prefix)
        try nodes.seek(prefix)
        try hashes.seek(prefix)
        zone = Zone(number: record.number, apex: apex, apexLabels: apex.labelCount)
        self.nodes = nodes
        self.hashes = hashes
    }

    /// The next owner; nil at the end. A damaged one is thrown as `LMDBError.damagedValue`.
    mutating func next() throws(LMDBError) -> Owner? {
        let hashed = try zone.hashPlace(hashes.key)
        if let key = nodes.key {
            // Most zones have no hashes, and the walk over them has ended before it began.
            if let hashed, hashed.key.lexicographicallyPrecedes(key) { return try takeHash(hashed) }
            guard let name = OwnerKey.name(of: key.dropFirst(OwnerKey.zonePrefixLength), below: zone.apex),
                let place = OwnerPlace(name, zone: zone.number, apexLabels: zone.apexLabels), place.key == key
            else { throw .damagedValue }
            var values = OwnerValues()
            let octets = nodes.value
            guard let node = NodeValue(octets, key: key, owner: name) else { throw .damagedValue }
            values.node = (node, octets)
            try nodes.next()
            if let hashed, hashed == place {
                values.hashed = try takeHash(hashed).values.hashed
            }
            return Owner(name: name, place: place, values: values)
        }
        return try hashed.map { place throws(LMDBError) in try takeHash(place) }
    }

    private mutating func takeHash(_ place: OwnerPlace) throws(LMDBError) -> Owner {
        guard let key = hashes.key else { throw .damagedValue }
        let name = try zone.hashName(key)
        let octets = hashes.value
        guard let hashed = NodeValue(octets, key: key, owner: name) else { throw .damagedValue }
        var values = OwnerValues()
        values.hashed = (hashed, octets)
        try hashes.next()
        return Owner(name: name, place: place, values: values)
    }
}
