// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

extension ApplyBatch {
    /// One RRset that goes, or comes in place of what is there.
    private struct Step {
        let key: [UInt8]
        let target: RRsetKey
        let rrset: RRset?
    }

    /// A touched node, before and after.
    private struct Change {
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
        // A damaged node cannot add up to the hash: the zone has to come anew.
        guard let changes = try changes(by: steps), hash(old.hash, after: changes) == update.hash else {
            return .hashMismatch
        }
        var record = old
        record.version = update.version
        record.serial = update.serial
        record.hash = update.hash
        do throws(ZoneRefused) {
            if let apex = changes[OwnerKey.prefix(of: old.number)] {
                try record.takeApex(NodeValue(rrsets: apex.after))
            } else if update.serial != old.serial {
                throw ZoneRefused(.serialMismatch)
            }
        } catch {
            return .refused(error.reason)
        }
        try write(changes, into: &record)
        try store(record, name: update.name, key: key, replacing: old)
        return .applied
    }

    private static func steps(of update: ZoneUpdate, number: UInt64) throws(ZoneRefused) -> [Step] {
        let apexLabels = update.name.labelCount
        var steps: [Step] = []
        for target in update.removed {
            guard target.owner.isSubdomain(of: update.name) else { throw ZoneRefused(.outOfZone(target.owner)) }
            guard let key = OwnerKey.owner(target.owner, zone: number, apexLabels: apexLabels) else {
                throw ZoneRefused(.nameTooLong(target.owner))
            }
            steps.append(Step(key: key, target: target, rrset: nil))
        }
        var seen: Set<RRsetKey> = []
        for rrset in update.rrsets {
            guard seen.insert(rrset.key).inserted else { throw ZoneRefused(.duplicate(rrset.key)) }
            let key = try checkedKey(rrset, apex: update.name, apexLabels: apexLabels, number: number)
            steps.append(Step(key: key, target: rrset.key, rrset: rrset))
        }
        return steps
    }

    /// The touched nodes by their keys; nil when one of them is damaged.
    private func changes(by steps: [Step]) throws(LMDBError) -> [[UInt8]: Change]? {
        var changes: [[UInt8]: Change] = [:]
        for step in steps {
            var change: Change
            if let known = changes[step.key] {
                change = known
            } else if let value = try transaction.get(environment.nodes, step.key) {
                guard let node = NodeValue(value, owner: step.target.owner) else { return nil }
                change = Change(before: node.rrsets, after: node.rrsets)
            } else {
                change = Change(before: [], after: [])
            }
            change.after.removeAll { $0.type == step.target.type }
            if let rrset = step.rrset {
                let place = change.after.firstIndex { $0.type > rrset.type } ?? change.after.endIndex
                change.after.insert(rrset, at: place)
            }
            changes[step.key] = change
        }
        return changes
    }

    private mutating func hash(_ before: Hash256, after changes: [[UInt8]: Change]) -> Hash256 {
        var hash = before
        for change in changes.values {
            for rrset in change.before { hash = hash &- digest(of: rrset) }
            for rrset in change.after { hash = hash &+ digest(of: rrset) }
        }
        return hash
    }

    private func write(_ changes: [[UInt8]: Change], into record: inout ZoneRecord) throws(LMDBError) {
        for (key, change) in changes {
            if !change.before.isEmpty { record.count(NodeValue(rrsets: change.before), key: key, by: -1) }
            if change.after.isEmpty {
                try transaction.delete(environment.nodes, key)
            } else {
                let node = NodeValue(rrsets: change.after)
                record.count(node, key: key, by: 1)
                try transaction.put(environment.nodes, key, node.encoded)
            }
        }
    }
}
