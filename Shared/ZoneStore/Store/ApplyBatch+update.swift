// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

extension ApplyBatch {
    /// One RRset that goes, or comes in place of what is there.
    private struct Step {
        let place: OwnerPlace
        let target: RRsetKey
        let rrset: RRset?
    }

    /// A touched owner: what the file has of it, and its RRsets after the steps that were taken so far.
    private struct Change {
        let values: OwnerValues
        let before: [RRset]
        var after: [RRset]
    }

    /// Takes a zone from one version to the next.
    mutating func apply(_ update: ZoneUpdate) throws(LMDBError) -> ZoneOutcome {
        let key = OwnerKey.zone(update.name)
        guard update.version > update.base else { return .refused(.badVersion) }
        guard let old = try current(key) else { return .baseMismatch }
        if (update.generation, update.version) <= (old.generation, old.version) { return .unchanged }
        guard update.generation == old.generation, update.base == old.version else { return .baseMismatch }
        let steps: [Step]
        do throws(ZoneRefused) {
            steps = try Self.steps(of: update, number: old.number)
        } catch {
            return .refused(error.reason)
        }
        // A damaged owner cannot add up to the hash: the zone has to come anew.
        guard let changes = try changes(by: steps), hash(old.hash, after: changes) == update.hash else {
            return .hashMismatch
        }
        var record = old
        record.version = update.version
        record.serial = update.serial
        record.hash = update.hash
        do throws(ZoneRefused) {
            if let apex = changes.first(where: { $0.key.key.count == OwnerKey.zonePrefixLength }) {
                try record.takeApex(NodeValue(rrsets: apex.value.after))
            } else if update.serial != old.serial {
                throw ZoneRefused(.serialMismatch)
            }
        } catch {
            return .refused(error.reason)
        }
        let ownerChanges = changes.map { place, change in
            OwnerChange(place: place, old: change.values, new: OwnerValues(change.after, at: place))
        }
        for change in ownerChanges {
            record.subtract(change.old, at: change.place)
            record.add(change.new, at: change.place)
            try write(change.new, replacing: change.old, at: change.place)
        }
        try remember(ownerChanges.filter { !$0.isEmpty }, from: old, to: record)
        try store(record, name: update.name, key: key, replacing: old)
        return .applied
    }

    private static func steps(of update: ZoneUpdate, number: UInt64) throws(ZoneRefused) -> [Step] {
        let apexLabels = update.name.labelCount
        var steps: [Step] = []
        for target in update.removed {
            guard target.owner.isSubdomain(of: update.name) else { throw ZoneRefused(.outOfZone(target.owner)) }
            guard let place = OwnerPlace(target.owner, zone: number, apexLabels: apexLabels) else {
                throw ZoneRefused(.nameTooLong(target.owner))
            }
            steps.append(Step(place: place, target: target, rrset: nil))
        }
        var seen: Set<RRsetKey> = []
        for rrset in update.rrsets {
            guard seen.insert(rrset.key).inserted else { throw ZoneRefused(.duplicate(rrset.key)) }
            let place = try checkedPlace(rrset, apex: update.name, apexLabels: apexLabels, number: number)
            steps.append(Step(place: place, target: rrset.key, rrset: rrset))
        }
        return steps
    }

    /// The touched owners by their places; nil when one of them is damaged.
    private func changes(by steps: [Step]) throws(LMDBError) -> [OwnerPlace: Change]? {
        var changes: [OwnerPlace: Change] = [:]
        for step in steps {
            var change: Change
            if let known = changes[step.place] {
                change = known
            } else {
                guard let values = try values(of: step.target.owner, at: step.place) else { return nil }
                let rrsets = values.rrsets
                change = Change(values: values, before: rrsets, after: rrsets)
            }
            change.after.removeAll { $0.type == step.target.type }
            if let rrset = step.rrset {
                let place = change.after.firstIndex { $0.type > rrset.type } ?? change.after.endIndex
                change.after.insert(rrset, at: place)
            }
            changes[step.place] = change
        }
        return changes
    }

    private mutating func hash(_ before: Hash256, after changes: [OwnerPlace: Change]) -> Hash256 {
        var hash = before
        for change in changes.values {
            for rrset in change.before { hash = hash &- digest(of: rrset) }
            for rrset in change.after { hash = hash &+ digest(of: rrset) }
        }
        return hash
    }
}
