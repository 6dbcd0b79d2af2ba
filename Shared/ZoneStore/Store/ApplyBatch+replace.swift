// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

extension ApplyBatch {
    /// An RRset with its owner's place.
    private struct Entry {
        let place: OwnerPlace
        let rrset: RRset
    }

    /// Puts a whole zone in place of what is there, if it is newer.
    mutating func replace(_ contents: ZoneContents) throws(LMDBError) -> ZoneOutcome {
        let key = OwnerKey.zone(contents.name)
        let old = try current(key)
        if let old, (contents.generation, contents.version) <= (old.generation, old.version) { return .unchanged }
        var record = ZoneRecord(
            number: takeNumber(),
            generation: contents.generation,
            version: contents.version,
            serial: contents.serial,
            hash: contents.hash
        )
        let owners: [(place: OwnerPlace, rrsets: [RRset])]
        do throws(ZoneRefused) {
            owners = try Self.owners(of: contents, number: record.number)
            guard let apex = owners.first, apex.place.key.count == OwnerKey.zonePrefixLength else {
                throw ZoneRefused(.noSOA)
            }
            try record.takeApex(NodeValue(rrsets: apex.rrsets))
        } catch {
            return .refused(error.reason)
        }
        guard contents.rrsets.reduce(Hash256.zero, { $0 &+ digest(of: $1) }) == contents.hash else {
            return .hashMismatch
        }
        for owner in owners {
            let values = OwnerValues(owner.rrsets, at: owner.place)
            record.add(values, at: owner.place)
            try append(values, at: owner.place)
        }
        if let old { try deleteOwners(of: old) }
        try store(record, name: contents.name, key: key, replacing: old)
        return .applied
    }

    /// The owners of a zone in the order of their keys.
    private static func owners(
        of contents: ZoneContents,
        number: UInt64
    ) throws(ZoneRefused) -> [(place: OwnerPlace, rrsets: [RRset])] {
        let apexLabels = contents.name.labelCount
        var entries: [Entry] = []
        entries.reserveCapacity(contents.rrsets.count)
        for rrset in contents.rrsets {
            let place = try checkedPlace(rrset, apex: contents.name, apexLabels: apexLabels, number: number)
            entries.append(Entry(place: place, rrset: rrset))
        }
        // Contents most often come in order already.
        if !zip(entries, entries.dropFirst()).allSatisfy({ inOrder($0, $1) }) {
            entries.sort { inOrder($0, $1) }
        }
        var owners: [(place: OwnerPlace, rrsets: [RRset])] = []
        for entry in entries {
            if let last = owners.indices.last, owners[last].place == entry.place {
                guard owners[last].rrsets.last?.type != entry.rrset.type else {
                    throw ZoneRefused(.duplicate(entry.rrset.key))
                }
                owners[last].rrsets.append(entry.rrset)
            } else {
                owners.append((entry.place, [entry.rrset]))
            }
        }
        return owners
    }

    private static func inOrder(_ left: Entry, _ right: Entry) -> Bool {
        left.place == right.place
            ? left.rrset.type < right.rrset.type
            : left.place.key.lexicographicallyPrecedes(right.place.key)
    }
}
