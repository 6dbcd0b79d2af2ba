// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

extension ZoneStore {
    /// Where the store stands as one that passes the stream on; nil where it keeps no log.
    package func logState() throws(ZoneStoreError) -> StreamLogState? {
        guard streamLog != nil else { return nil }
        return try read { transaction throws(LMDBError) in
            let stored = try transaction.meta(environment.meta, MetaKey.logState)
            let record = stored.flatMap { StreamLogRecord($0) } ?? StreamLogRecord()
            let position = try position(transaction)
            let newest = try transaction.lastKey(environment.log).flatMap { StreamLogValue.position($0) }
            let setHash = try transaction.meta(environment.meta, MetaKey.setHash)
            return StreamLogState(
                position: position,
                floor: record.floor,
                isFilling: record.isFilling || position == nil,
                newest: newest ?? record.floor,
                zones: try transaction.count(environment.zones),
                setHash: setHash.flatMap { Hash256(bytes: $0) } ?? .zero
            )
        }
    }

    /// What is known of the positions after `position`, in order and up to the store's own position: at most `limit`
    /// entries, of about `octets` octets. Positions that are missing among them carried nothing.
    ///
    /// - Returns: nil when the store keeps no log, is being filled, or does not know all entries after `position`;
    ///   otherwise the entries, and the position up to which they tell everything.
    package func logEntries(
        after position: UInt64,
        limit: Int,
        octets: Int = 8 << 20
    ) throws(ZoneStoreError) -> (entries: [StreamLogEntry], upTo: UInt64)? {
        guard streamLog != nil else { return nil }
        return try read { transaction throws(LMDBError) -> (entries: [StreamLogEntry], upTo: UInt64)? in
            let stored = try transaction.meta(environment.meta, MetaKey.logState)
            guard let record = stored.flatMap({ StreamLogRecord($0) }), !record.isFilling, position >= record.floor,
                let end = try self.position(transaction)?.position
            else { return nil }
            guard position < end else { return ([], position) }
            let last = min(end, position &+ UInt64(clamping: limit))
            var values: [(position: UInt64, key: [UInt8], value: [UInt8])] = []
            var size = 0
            var upTo = last
            try transaction.forEach(environment.log, from: StreamLogValue.key(position + 1)) { key, value in
                guard let found = StreamLogValue.position(key), found <= last else { return false }
                if size > octets {
                    upTo = found - 1
                    return false
                }
                size += value.count
                values.append((found, key, value))
                return true
            }
            var entries: [StreamLogEntry] = []
            entries.reserveCapacity(values.count)
            for (position, key, value) in values {
                guard let decoded = StreamLogValue.decoded(value, key: key) else { throw .damagedValue }
                let held = try held(decoded.zone, transaction)
                entries.append(
                    StreamLogEntry(
                        position: position,
                        zone: decoded.zone,
                        generation: decoded.generation,
                        version: decoded.version,
                        content: decoded.content,
                        isRefusedHere: decoded.content != .deletion
                            && held.map { $0 < (decoded.generation, decoded.version) } ?? false,
                        isMissingHere: held == nil
                    )
                )
            }
            return (entries, upTo)
        }
    }

    /// At most `limit` zones with generations greater than `generation`, in ascending order of these.
    package func zones(
        afterGeneration generation: UInt64,
        limit: Int
    ) throws(ZoneStoreError) -> [(generation: UInt64, name: Name)] {
        guard streamLog != nil, generation < .max, limit > 0 else { return [] }
        return try read { transaction throws(LMDBError) in
            var zones: [(generation: UInt64, name: Name)] = []
            let first = GenerationKey.key(generation + 1, zone: [])
            try transaction.forEach(environment.generations, from: first) { key, _ in
                var cursor = ByteCursor(key)
                if let generation = cursor.next(UInt64.self), let name = OwnerKey.zoneName(of: Array(key.dropFirst(8)))
                {
                    zones.append((generation, name))
                }
                return zones.count < limit
            }
            return zones
        }
    }

    /// The generation and version in which a zone is held; nil when it is not. A damaged one is older than any.
    private func held(
        _ zone: Name,
        _ transaction: borrowing LMDBTransaction
    ) throws(LMDBError) -> (generation: UInt64, version: UInt64)? {
        let key = OwnerKey.zone(zone)
        guard let value = try transaction.get(environment.zones, key) else { return nil }
        guard let record = ZoneRecord(value, key: key) else { return (0, 0) }
        return (record.generation, record.version)
    }

    private func position(_ transaction: borrowing LMDBTransaction) throws(LMDBError) -> StreamPosition? {
        guard let epoch = try transaction.meta(environment.meta, MetaKey.epoch),
            let octets = try transaction.meta(environment.meta, MetaKey.position)
        else { return nil }
        var cursor = ByteCursor(octets)
        guard let position = cursor.next(UInt64.self) else { return nil }
        return StreamPosition(epoch: String(decoding: epoch, as: UTF8.self), position: position)
    }
}
