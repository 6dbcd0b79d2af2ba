// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// Brings a store whose pages are in order, but not all of its values, to a state that can be served and mended.
enum StoreRepair {
    /// Removes what belongs to no zone any more, marks the zones of which something is damaged, and makes the store ask
    /// for everything when a zone may be missing. Gives back what it did, in sentences.
    static func run(
        _ findings: ReplicaFindings,
        _ environment: LMDBEnvironment,
        digest: @escaping RRsetDigest,
        damage: DamagedZones
    ) throws(LMDBError) -> [String] {
        var notes: [String] = []
        for zone in findings.zones {
            guard let name = OwnerKey.zoneName(of: zone.key) else { continue }
            damage.mark(name, number: zone.number)
        }
        if !findings.zones.isEmpty {
            notes.append("\(findings.zones.count) zones are damaged and answer SERVFAIL until they have come anew")
        }
        guard !environment.isReadOnly else { return notes }
        let transaction = try LMDBTransaction(environment, readOnly: false)
        for key in findings.records { try transaction.delete(environment.zones, key) }
        for number in findings.orphans {
            let prefix = OwnerKey.prefix(of: number)
            try transaction.deleteAll(environment.nodes, prefix: prefix)
            try transaction.deleteAll(environment.nsec3, prefix: prefix)
            try transaction.deleteAll(environment.history, prefix: prefix)
        }
        for number in findings.histories {
            try transaction.deleteAll(environment.history, prefix: OwnerKey.prefix(of: number))
        }
        if !findings.histories.isEmpty {
            notes.append("the history of \(findings.histories.count) zones is damaged and was dropped")
        }
        if findings.isLogDamaged {
            // Without it the log is made anew when it is opened.
            try transaction.delete(environment.meta, MetaKey.logState)
            notes.append("what is kept of the stream is damaged and was dropped: followers take the zones anew")
        }
        if !findings.records.isEmpty || findings.isMetaDamaged {
            // Which zones were lost is not known: only a snapshot brings them back.
            try transaction.delete(environment.meta, MetaKey.epoch)
            try transaction.delete(environment.meta, MetaKey.position)
            try transaction.putMeta(
                environment.meta,
                MetaKey.setHash,
                SetHash.compute(transaction, environment, digest: digest).bytes
            )
            var next: [UInt8] = []
            next.appendBigEndian(findings.greatestNumber + 1)
            try transaction.putMeta(environment.meta, MetaKey.nextZone, next)
            notes.append(
                findings.records.isEmpty
                    ? "the stream's position is damaged: everything is fetched again"
                    : "\(findings.records.count) zones are lost through damage: everything is fetched again"
            )
        }
        try transaction.commit()
        return notes
    }
}

/// The sum over all zones of `ZoneSummary.setMember`, computed anew.
enum SetHash {
    /// The sum over the records that are not damaged.
    static func compute(
        _ transaction: borrowing LMDBTransaction,
        _ environment: LMDBEnvironment,
        digest: RRsetDigest
    ) throws(LMDBError) -> Hash256 {
        var sum = Hash256.zero
        try transaction.forEach(environment.zones, from: []) { key, value in
            if let name = OwnerKey.zoneName(of: key), let record = ZoneRecord(value, key: key) {
                sum = sum &+ record.summary(name: name).setMember(digest: digest)
            }
            return true
        }
        return sum
    }
}
