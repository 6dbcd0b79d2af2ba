// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

extension ZoneStore {
    /// The number of zones.
    package func count() throws(ZoneStoreError) -> Int {
        try read { transaction throws(LMDBError) in try transaction.count(environment.zones) }
    }

    /// How far the store has followed its origin; nil when it never has.
    package func position() throws(ZoneStoreError) -> StreamPosition? {
        try read { transaction throws(LMDBError) in
            guard let epoch = try transaction.meta(environment.meta, MetaKey.epoch),
                let position = try transaction.meta(environment.meta, MetaKey.position)
            else { return nil }
            var cursor = ByteCursor(position)
            guard let value = cursor.next(UInt64.self) else { return nil }
            var mark = ByteCursor(try transaction.meta(environment.meta, MetaKey.snapshot) ?? [])
            let snapshot: StreamPosition.Snapshot? =
                if let position = mark.next(UInt64.self), let after = mark.next(UInt64.self) {
                    StreamPosition.Snapshot(position: position, after: after)
                } else {
                    nil
                }
            return StreamPosition(epoch: String(decoding: epoch, as: UTF8.self), position: value, snapshot: snapshot)
        }
    }

    /// The sum over all zones of `ZoneSummary.setMember`.
    package func setHash() throws(ZoneStoreError) -> Hash256 {
        try read { transaction throws(LMDBError) in
            try transaction.meta(environment.meta, MetaKey.setHash).flatMap { Hash256(bytes: $0) } ?? .zero
        }
    }

    /// The zone with the apex `name`; nil when it is not in the store.
    package func zone(named name: Name) throws(ZoneStoreError) -> ZoneSummary? {
        let key = OwnerKey.zone(name)
        let value = try read { transaction throws(LMDBError) in try transaction.get(environment.zones, key) }
        guard let value else { return nil }
        guard let record = ZoneRecord(value, key: key) else { throw damaged }
        return record.summary(name: name.lowercased())
    }

    /// All zones in canonical order of their names.
    package func zones() throws(ZoneStoreError) -> [ZoneSummary] {
        try zones(after: nil, limit: .max)
    }

    /// At most `limit` zones whose names come after `name` in canonical order.
    package func zones(after name: Name?, limit: Int) throws(ZoneStoreError) -> [ZoneSummary] {
        guard limit > 0 else { return [] }
        // Nothing sorts between a key and the same key with a zero octet behind it.
        let first = name.map { OwnerKey.zone($0) + [0] } ?? []
        var found: [ZoneSummary] = []
        try read { transaction throws(LMDBError) in
            try transaction.forEach(environment.zones, from: first) { key, value in
                // A damaged record is no zone that could be listed; it answers SERVFAIL and is mended.
                if let zone = OwnerKey.zoneName(of: key), let record = ZoneRecord(value, key: key) {
                    found.append(record.summary(name: zone))
                }
                return found.count < limit
            }
        }
        return found
    }

    /// Everything of a zone, its RRsets in canonical order of owners and ascending order of types; nil when it is not
    /// in the store.
    package func contents(of name: Name) throws(ZoneStoreError) -> ZoneContents? {
        let apex = name.lowercased()
        let key = OwnerKey.zone(apex)
        var rrsets: [RRset] = []
        let record = try read { transaction throws(LMDBError) -> ZoneRecord? in
            guard let value = try transaction.get(environment.zones, key) else { return nil }
            guard let record = ZoneRecord(value, key: key) else { throw .damagedValue }
            var walk = try OwnerWalk(transaction, environment, zone: record, apex: apex)
            while let owner = try walk.next() {
                rrsets.append(contentsOf: owner.values.rrsets)
            }
            return record
        }
        guard let record else { return nil }
        return ZoneContents(
            name: apex,
            generation: record.generation,
            version: record.version,
            serial: record.serial,
            hash: record.hash,
            rrsets: rrsets
        )
    }

    /// Runs `body` on a snapshot; a map that another process has made larger is taken over first.
    func read<Result>(
        _ body: (borrowing LMDBTransaction) throws(LMDBError) -> Result
    ) throws(ZoneStoreError) -> Result {
        let presence = gate.register()
        defer { gate.unregister(presence) }
        do throws(LMDBError) {
            do throws(LMDBError) {
                return try attempt(presence, body)
            } catch {
                guard error.isMapResized else { throw error }
                try resize(to: 0)
                return try attempt(presence, body)
            }
        } catch {
            throw error.storeError(path: path)
        }
    }

    private func attempt<Result>(
        _ presence: ReaderGate.Presence,
        _ body: (borrowing LMDBTransaction) throws(LMDBError) -> Result
    ) throws(LMDBError) -> Result {
        gate.enter(presence)
        defer { gate.exit(presence) }
        let transaction = try LMDBTransaction(environment, readOnly: true)
        return try body(transaction)
    }

    private var damaged: ZoneStoreError {
        LMDBError.damagedValue.storeError(path: path)
    }
}

extension ZoneStore {
    /// Takes over a map that another process has made larger; a failure shows at the next read.
    func takeOverMapSize() {
        try? resize(to: 0)
    }
}
