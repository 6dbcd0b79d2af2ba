// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension ApplyBatch {
    /// Keeps what the operations are to the stream, with the state that they lead to.
    func note(
        _ operations: [ZoneOperation],
        _ step: StreamLogStep,
        _ position: StreamPosition?,
        _ limits: StreamLogLimits
    ) throws(LMDBError) {
        let stored = try transaction.meta(environment.meta, MetaKey.logState)
        var record = stored.flatMap { StreamLogRecord($0) } ?? StreamLogRecord()
        switch step {
        case .entries(let positions):
            try append(operations, at: positions, to: &record, limits)
        case .filling, .filled:
            if !record.isFilling || step == .filled { try transaction.deleteAll(environment.log) }
            record.octets = 0
            record.isFilling = step == .filling
            record.floor = position?.position ?? record.position
        }
        if let position {
            record.position = position.position
            record.epoch = Array(position.epoch.utf8)
        }
        try transaction.putMeta(environment.meta, MetaKey.logState, record.encoded)
    }

    private func append(
        _ operations: [ZoneOperation],
        at positions: [UInt64?],
        to record: inout StreamLogRecord,
        _ limits: StreamLogLimits
    ) throws(LMDBError) {
        guard !record.isFilling else { return }
        for (operation, position) in zip(operations, positions) {
            guard let position, position > record.floor else { continue }
            let key = StreamLogValue.key(position)
            // One that came before, and was asked for again after a restart, makes way.
            if let old = try transaction.get(environment.log, key) {
                record.octets -= min(record.octets, UInt64(old.count))
            }
            let value = StreamLogValue.encoded(operation, key: key, limit: limits.difference)
            try transaction.put(environment.log, key, value)
            record.octets += UInt64(value.count)
        }
        var count = try transaction.count(environment.log)
        while count > 1, count > limits.entries || record.octets > UInt64(limits.octets) {
            guard let (key, octets) = try transaction.first(environment.log) else { break }
            try transaction.delete(environment.log, key)
            record.octets -= min(record.octets, UInt64(octets))
            record.floor = max(record.floor, StreamLogValue.position(key) ?? 0)
            count -= 1
        }
    }

    /// Carries a zone's generation into the index by which zones are read in their order, where there is one.
    func indexGeneration(_ new: UInt64?, of zone: [UInt8], replacing old: UInt64?) throws(LMDBError) {
        guard environment.keepsLog else { return }
        if let old { try transaction.delete(environment.generations, GenerationKey.key(old, zone: zone)) }
        if let new {
            let key = GenerationKey.key(new, zone: zone)
            try transaction.put(environment.generations, key, GenerationKey.value(key))
        }
    }
}

/// The keys of the index of generations: generation u64, key of the zone. The values are only checksums.
enum GenerationKey {
    static func key(_ generation: UInt64, zone: [UInt8]) -> [UInt8] {
        var key: [UInt8] = []
        key.appendBigEndian(generation)
        return key + zone
    }

    static func value(_ key: [UInt8]) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: ValueChecksum.length)
        ValueChecksum.seal(&value, key: key)
        return value
    }
}

/// Brings what is kept of the stream to what the store holds, when it is opened.
enum StreamLogStart {
    /// A log that was not kept up with the store's position begins anew there, and so does the index of generations.
    static func run(_ environment: LMDBEnvironment) throws(LMDBError) {
        let transaction = try LMDBTransaction(environment, readOnly: false)
        let octets = try transaction.meta(environment.meta, MetaKey.position)
        var cursor = ByteCursor(octets ?? [])
        let position = cursor.next(UInt64.self) ?? 0
        let epoch = try transaction.meta(environment.meta, MetaKey.epoch) ?? []
        let stored = try transaction.meta(environment.meta, MetaKey.logState)
        var record = StreamLogRecord()
        if let known = stored.flatMap({ StreamLogRecord($0) }), known.position == position, known.epoch == epoch {
            return
        }
        record.epoch = epoch
        // A replica without a position is one that is being filled, or never was.
        record.isFilling = position == 0
        record.position = position
        record.floor = position
        try transaction.deleteAll(environment.log)
        try transaction.deleteAll(environment.generations)
        var keys: [[UInt8]] = []
        try transaction.forEach(environment.zones, from: []) { key, value in
            if let zone = ZoneRecord(value, key: key) { keys.append(GenerationKey.key(zone.generation, zone: key)) }
            return true
        }
        for key in keys { try transaction.put(environment.generations, key, GenerationKey.value(key)) }
        try transaction.putMeta(environment.meta, MetaKey.logState, record.encoded)
        try transaction.commit()
    }
}
