// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

extension ApplyBatch {
    /// An RRset with its owner's place.
    private struct Entry {
        let place: OwnerPlace
        let rrset: RRset
    }

    /// An owner with its RRsets in ascending order of types.
    private struct Owner {
        let place: OwnerPlace
        var rrsets: [RRset]
    }

    /// Puts a whole zone in place of what is there, if it is newer; `alsoNewer`: whatever is there. In the version and with
    /// the hash that are there it mends what differs: that is how a zone is sent again.
    mutating func replace(_ contents: ZoneContents, alsoNewer: Bool = false) throws(LMDBError) -> ZoneOutcome {
        let key = OwnerKey.zone(contents.name)
        let old = try current(key)
        var isHeld = false
        if let old, alsoNewer {
            let isSame = (old.generation, old.version) == (contents.generation, contents.version)
            isHeld = isSame && old.hash == contents.hash && !isDamaged(contents.name)
        } else if let old {
            let held = (old.generation, old.version)
            let offered = (contents.generation, contents.version)
            if offered < held { return .unchanged }
            isHeld = offered == held && !isDamaged(contents.name)
            // Two states with one name: what came first stays.
            if isHeld && contents.hash != old.hash { return .unchanged }
        }
        // Where the zone is held already its keys stay, in the hope that little of it differs.
        let number = old?.number ?? takeNumber()
        var record = ZoneRecord(
            number: number,
            generation: contents.generation,
            version: contents.version,
            serial: contents.serial,
            hash: contents.hash
        )
        let owners: [Owner]
        do throws(ZoneRefused) {
            owners = try Self.owners(of: contents, number: number)
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
        if let old {
            if let changes = try changes(of: old, to: owners, apex: contents.name, into: &record) {
                if isHeld && changes.isEmpty { return .unchanged }
                for change in changes { try write(change.new, replacing: change.old, at: change.place) }
                if !isHeld { try remember(changes, from: old, to: record) }
                try store(record, name: contents.name, key: key, replacing: old)
                return .applied
            }
            try deleteOwners(of: old)
            try forget(old)
            record.number = takeNumber()
        }
        for owner in owners {
            let place = owner.place.inZone(record.number)
            let values = OwnerValues(owner.rrsets, at: place)
            record.add(values, at: place)
            try append(values, at: place)
        }
        try store(record, name: contents.name, key: key, replacing: old)
        return .applied
    }

    /// The owners that differ from what the file has, and in `record` what the zone's owners count for; nil when the
    /// zone is better written anew, for too much differs or something of it is damaged.
    private func changes(
        of old: ZoneRecord,
        to owners: [Owner],
        apex: Name,
        into record: inout ZoneRecord
    ) throws(LMDBError) -> [OwnerChange]? {
        let limit = 16 + owners.count / 4
        var result = record
        var changes: [OwnerChange] = []
        do throws(LMDBError) {
            var walk = try OwnerWalk(transaction, environment, zone: old, apex: apex)
            var held = try walk.next()
            for owner in owners {
                while let gone = held, gone.place.key.lexicographicallyPrecedes(owner.place.key) {
                    changes.append(OwnerChange(place: gone.place, old: gone.values, new: OwnerValues()))
                    if changes.count > limit { return nil }
                    held = try walk.next()
                }
                let values = OwnerValues(owner.rrsets, at: owner.place)
                result.add(values, at: owner.place)
                var before = OwnerValues()
                if let same = held, same.place == owner.place {
                    before = same.values
                    held = try walk.next()
                }
                let change = OwnerChange(place: owner.place, old: before, new: values)
                if !change.isEmpty { changes.append(change) }
                if changes.count > limit { return nil }
            }
            while let gone = held {
                changes.append(OwnerChange(place: gone.place, old: gone.values, new: OwnerValues()))
                if changes.count > limit { return nil }
                held = try walk.next()
            }
        } catch {
            guard error.code == LMDBError.damagedValue.code else { throw error }
            return nil
        }
        record = result
        return changes
    }

    /// The owners of a zone in the order of their keys.
    private static func owners(
        of contents: ZoneContents,
        number: UInt64
    ) throws(ZoneRefused) -> [Owner] {
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
        var owners: [Owner] = []
        for entry in entries {
            if let last = owners.indices.last, owners[last].place == entry.place {
                guard owners[last].rrsets.last?.type != entry.rrset.type else {
                    throw ZoneRefused(.duplicate(entry.rrset.key))
                }
                owners[last].rrsets.append(entry.rrset)
            } else {
                owners.append(Owner(place: entry.place, rrsets: [entry.rrset]))
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
