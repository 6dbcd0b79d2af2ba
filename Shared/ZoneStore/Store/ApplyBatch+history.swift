// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// The RRsets of one owner before and after a change.
struct OwnerChange {
    let place: OwnerPlace
    let old: OwnerValues
    let new: OwnerValues

    /// Whether the owner is as it was.
    var isEmpty: Bool { old.node?.octets == new.node?.octets && old.hashed?.octets == new.hashed?.octets }
}

extension ApplyBatch {
    /// How many steps of a zone are kept at most.
    static let maximumSteps: UInt64 = 1_000
    /// A zone's steps may take as many octets as the zone itself, and this much in any case: below it a transfer of the
    /// zone costs next to nothing, but a secondary that is a few changes behind should see them all the same.
    static let minimumHistory: UInt64 = 64 << 10

    /// Adds the step from `old` to `new` to the zone's history and lets go of what is too much; a step that no
    /// secondary could follow ends the history instead.
    func remember(_ changes: [OwnerChange], from old: ZoneRecord, to new: ZoneRecord) throws(LMDBError) {
        // Nothing that an incremental transfer could tell has changed.
        guard !changes.isEmpty else { return }
        guard Int32(bitPattern: new.serial &- old.serial) > 0, let difference = Self.difference(changes, old, new)
        else {
            return try forget(old)
        }
        let indexKey = HistoryIndex.key(zone: new.number)
        let stored = try transaction.get(environment.history, indexKey)
        var index = HistoryIndex()
        if let stored {
            guard let known = HistoryIndex(stored, key: indexKey) else { return try forget(old) }
            index = known
        }
        let limit = max(new.nodeOctets, Self.minimumHistory)
        let key = HistoryIndex.key(zone: new.number, step: index.end)
        let value = HistoryValue.encoded(difference, key: key)
        guard value.count <= limit else { return try forget(old) }
        try transaction.put(environment.history, key, value)
        index.end += 1
        index.octets += UInt64(value.count)
        while index.count > Self.maximumSteps || index.octets > limit, index.count > 1 {
            let first = HistoryIndex.key(zone: new.number, step: index.first)
            let octets = try transaction.get(environment.history, first)?.count ?? 0
            try transaction.delete(environment.history, first)
            index.first += 1
            index.octets -= min(index.octets, UInt64(octets))
        }
        try transaction.put(environment.history, indexKey, index.encoded(key: indexKey))
    }

    /// Ends the zone's history.
    func forget(_ record: ZoneRecord) throws(LMDBError) {
        try transaction.deleteAll(environment.history, prefix: OwnerKey.prefix(of: record.number))
    }

    /// The records that go and come; nil without a SOA on either side.
    private static func difference(_ changes: [OwnerChange], _ old: ZoneRecord, _ new: ZoneRecord) -> ZoneDifference? {
        var removed: [RRset] = []
        var added: [RRset] = []
        var oldSOA: RRset?
        var newSOA: RRset?
        for change in changes.sorted(by: { $0.place.key.lexicographicallyPrecedes($1.place.key) }) {
            let before = change.old.rrsets
            let after = change.new.rrsets
            for rrset in before {
                if rrset.type == .soa {
                    oldSOA = rrset
                } else if let rest = rrset.without(after.first { $0.type == rrset.type }) {
                    removed.append(rest)
                }
            }
            for rrset in after {
                if rrset.type == .soa {
                    newSOA = rrset
                } else if let rest = rrset.without(before.first { $0.type == rrset.type }) {
                    added.append(rest)
                }
            }
        }
        guard let oldSOA, let newSOA else { return nil }
        return ZoneDifference(
            from: old.serial,
            to: new.serial,
            removed: removed,
            added: added,
            oldSOA: oldSOA,
            newSOA: newSOA
        )
    }
}

extension RRset {
    /// The records that are not in `other`, a set of the same owner and type; nil when there are none. Sets with
    /// different TTLs have no record in common.
    fileprivate func without(_ other: RRset?) -> RRset? {
        guard let other, other.ttl == ttl else { return self }
        let known = Set(other.rdatas)
        let rest = rdatas.filter { !known.contains($0) }
        return rest.isEmpty ? nil : RRset(owner: owner, type: type, ttl: ttl, rdatas: rest)
    }
}
