// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// The operations of one write transaction.
///
/// Each operation is worked out in full before its first write, so that a zone that is refused leaves no trace; a
/// failed write ends the whole transaction.
struct ApplyBatch: ~Copyable {
    let environment: LMDBEnvironment
    let digest: RRsetDigest
    let transaction: LMDBTransaction
    private let damage: DamagedZones
    /// A record was damaged, so that what it added to the hash cannot be taken out of it again.
    private var isSetHashLost = false
    private var setHash: Hash256
    private var nextZone: UInt64
    private var input: [UInt8] = []

    /// Begins the transaction.
    init(
        _ environment: LMDBEnvironment,
        digest: @escaping RRsetDigest,
        damage: DamagedZones
    ) throws(LMDBError) {
        let transaction = try LMDBTransaction(environment, readOnly: false)
        let sum = try transaction.meta(environment.meta, MetaKey.setHash)
        let next = try transaction.meta(environment.meta, MetaKey.nextZone)
        var cursor = ByteCursor(next ?? [])
        setHash = sum.flatMap { Hash256(bytes: $0) } ?? .zero
        nextZone = cursor.next(UInt64.self) ?? 1
        self.environment = environment
        self.digest = digest
        self.damage = damage
        self.transaction = transaction
    }

    /// Does one operation.
    mutating func apply(_ operation: ZoneOperation) throws(LMDBError) -> ZoneOutcome {
        switch operation {
        case .replace(let contents): try replace(contents)
        case .overwrite(let contents): try replace(contents, alsoNewer: true)
        case .update(let update): try apply(update)
        case .delete(let name, let generation, let version):
            try delete(name, generation: generation, version: version)
        }
    }

    /// Stores the position and what the operations have changed for all zones, and commits.
    consuming func finish(position: StreamPosition?) throws(LMDBError) {
        if isSetHashLost { setHash = try SetHash.compute(transaction, environment, digest: digest) }
        try transaction.putMeta(environment.meta, MetaKey.setHash, setHash.bytes)
        var next: [UInt8] = []
        next.appendBigEndian(nextZone)
        try transaction.putMeta(environment.meta, MetaKey.nextZone, next)
        if let position {
            var value: [UInt8] = []
            value.appendBigEndian(position.position)
            try transaction.putMeta(environment.meta, MetaKey.epoch, Array(position.epoch.utf8))
            try transaction.putMeta(environment.meta, MetaKey.position, value)
            if let snapshot = position.snapshot {
                var mark: [UInt8] = []
                mark.appendBigEndian(snapshot.position)
                mark.appendBigEndian(snapshot.after)
                try transaction.putMeta(environment.meta, MetaKey.snapshot, mark)
            } else {
                try transaction.delete(environment.meta, MetaKey.snapshot)
            }
        }
        try transaction.commit()
    }

    /// Has the hash of all zones computed anew from their records.
    mutating func recomputeSetHash() {
        isSetHashLost = true
    }

    /// The zone as it is in the file; nil when it is not there. A damaged record counts as none, so that it is replaced.
    mutating func current(_ key: [UInt8]) throws(LMDBError) -> ZoneRecord? {
        guard let value = try transaction.get(environment.zones, key) else { return nil }
        guard let record = ZoneRecord(value, key: key) else {
            isSetHashLost = true
            return nil
        }
        return record
    }

    /// Whether the zone must come anew, also in the version that is held.
    func isDamaged(_ name: Name) -> Bool { damage.contains(name) }

    /// The number of a new zone: greater than any that was ever used, so that its nodes come last in the file.
    mutating func takeNumber() -> UInt64 {
        defer { nextZone += 1 }
        return nextZone
    }

    /// The digest of an RRset.
    mutating func digest(of rrset: RRset) -> Hash256 {
        input.removeAll(keepingCapacity: true)
        rrset.appendDigestInput(to: &input)
        return digest(input)
    }

    /// Writes a zone's record in place of `old`, and carries the change into the hash of all zones.
    mutating func store(_ record: ZoneRecord, name: Name, key: [UInt8], replacing old: ZoneRecord?) throws(LMDBError) {
        try transaction.put(environment.zones, key, record.encoded(key: key))
        if let old { setHash = setHash &- old.summary(name: name).setMember(digest: digest) }
        setHash = setHash &+ record.summary(name: name).setMember(digest: digest)
        if old?.generation != record.generation {
            try indexGeneration(record.generation, of: key, replacing: old?.generation)
        }
    }

    private mutating func delete(_ name: Name, generation: UInt64, version: UInt64) throws(LMDBError) -> ZoneOutcome {
        let key = OwnerKey.zone(name)
        let old = try current(key)
        if old == nil, try transaction.get(environment.zones, key) != nil {
            // What it was cannot be read, but it is to go.
            try transaction.delete(environment.zones, key)
            return .applied
        }
        guard let old, (old.generation, old.version) <= (generation, version) else {
            return .unchanged
        }
        try deleteOwners(of: old)
        try forget(old)
        try transaction.delete(environment.zones, key)
        try indexGeneration(nil, of: key, replacing: old.generation)
        setHash = setHash &- old.summary(name: name).setMember(digest: digest)
        return .applied
    }
}
