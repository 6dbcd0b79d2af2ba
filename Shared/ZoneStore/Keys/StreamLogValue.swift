// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// An entry of the stream as the file holds it, under its position.
///
///     checksum u64, kind u8, generation u64, version u64, serial u32, hash (32), length of the apex u8, apex
///     a difference also: base u64, number of sets that go u32, these (length of the owner u8, owner, type u16),
///         number of sets that come u32, these as in `HistoryValue`
enum StreamLogValue {
    private static let whole: UInt8 = 1
    private static let difference: UInt8 = 2
    private static let deletion: UInt8 = 3

    /// The key of a position.
    static func key(_ position: UInt64) -> [UInt8] {
        var key: [UInt8] = []
        key.appendBigEndian(position)
        return key
    }

    /// The position of a key; nil when it is damaged.
    static func position(_ key: [UInt8]) -> UInt64? {
        var cursor = ByteCursor(key)
        guard key.count == 8 else { return nil }
        return cursor.next(UInt64.self)
    }

    /// The form of an operation under `key`; of a difference above `limit` octets only where it leads to.
    static func encoded(_ operation: ZoneOperation, key: [UInt8], limit: Int) -> [UInt8] {
        var value: [UInt8]
        switch operation {
        case .delete(let name, let generation, let version):
            value = head(deletion, name, generation, version, serial: 0, hash: .zero)
        case .replace(let contents), .overwrite(let contents):
            value = head(
                whole,
                contents.name,
                contents.generation,
                contents.version,
                serial: contents.serial,
                hash: contents.hash
            )
        case .update(let update):
            value = encoded(update, as: difference)
            if value.count > limit {
                value = head(
                    whole,
                    update.name,
                    update.generation,
                    update.version,
                    serial: update.serial,
                    hash: update.hash
                )
            }
        }
        ValueChecksum.seal(&value, key: key)
        return value
    }

    private static func encoded(_ update: ZoneUpdate, as kind: UInt8) -> [UInt8] {
        var value = head(
            kind,
            update.name,
            update.generation,
            update.version,
            serial: update.serial,
            hash: update.hash
        )
        value.appendBigEndian(update.base)
        value.appendBigEndian(UInt32(truncatingIfNeeded: update.removed.count))
        for target in update.removed {
            append(target.owner, to: &value)
            value.appendBigEndian(target.type.rawValue)
        }
        value.appendBigEndian(UInt32(truncatingIfNeeded: update.rrsets.count))
        for rrset in update.rrsets { HistoryValue.append(rrset, to: &value) }
        return value
    }

    private static func head(
        _ kind: UInt8,
        _ name: Name,
        _ generation: UInt64,
        _ version: UInt64,
        serial: UInt32,
        hash: Hash256
    ) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: ValueChecksum.length)
        value.append(kind)
        value.appendBigEndian(generation)
        value.appendBigEndian(version)
        value.appendBigEndian(serial)
        value.append(contentsOf: hash.bytes)
        append(name, to: &value)
        return value
    }

    private static func append(_ name: Name, to value: inout [UInt8]) {
        value.append(UInt8(truncatingIfNeeded: name.wire.count))
        value.append(contentsOf: name.wire)
    }

    /// What the file has under `key`: the zone, the state that it leads to, and what it says; nil when it is damaged.
    static func decoded(
        _ value: [UInt8],
        key: [UInt8]
    ) -> (zone: Name, generation: UInt64, version: UInt64, content: StreamLogEntry.Content)? {
        guard ValueChecksum.matches(key: key, value: value) else { return nil }
        var cursor = ByteCursor(value)
        guard cursor.next(UInt64.self) != nil, let kind = cursor.next(UInt8.self),
            let generation = cursor.next(UInt64.self), let version = cursor.next(UInt64.self),
            let serial = cursor.next(UInt32.self), let octets = cursor.next(32), let hash = Hash256(bytes: octets),
            let zone = name(&cursor)
        else { return nil }
        switch kind {
        case deletion:
            return (zone, generation, version, .deletion)
        case whole:
            return (zone, generation, version, .whole(serial: serial, hash: hash))
        case difference:
            guard let base = cursor.next(UInt64.self), let removed = targets(&cursor),
                let rrsets = HistoryValue.sets(&cursor), cursor.count == 0
            else { return nil }
            let update = ZoneUpdate(
                name: zone,
                generation: generation,
                base: base,
                version: version,
                serial: serial,
                hash: hash,
                removed: removed,
                rrsets: rrsets
            )
            return (zone, generation, version, .difference(update))
        default:
            return nil
        }
    }

    private static func name(_ cursor: inout ByteCursor) -> Name? {
        guard let length = cursor.next(UInt8.self), let wire = cursor.next(Int(length)) else { return nil }
        return try? Name(wire: wire)
    }

    private static func targets(_ cursor: inout ByteCursor) -> [RRsetKey]? {
        guard let count = cursor.next(UInt32.self) else { return nil }
        var targets: [RRsetKey] = []
        for _ in 0..<count {
            guard let owner = name(&cursor), let type = cursor.next(UInt16.self) else { return nil }
            targets.append(RRsetKey(owner: owner, type: RRType(rawValue: type)))
        }
        return targets
    }
}

/// What a store remembers of its log, under `MetaKey.logState`.
///
///     floor u64, octets of all entries u64, the position it was written with u64, 1 while the store is filling u8,
///     the epoch it was written with
struct StreamLogRecord: Equatable {
    var floor: UInt64 = 0
    var octets: UInt64 = 0
    /// The store's position when this was written: another one was written by somebody who keeps no log.
    var position: UInt64 = 0
    var isFilling = true
    /// The store's epoch, likewise.
    var epoch: [UInt8] = []

    init() {}

    init?(_ value: [UInt8]) {
        var cursor = ByteCursor(value)
        guard let floor = cursor.next(UInt64.self), let octets = cursor.next(UInt64.self),
            let position = cursor.next(UInt64.self), let isFilling = cursor.next(UInt8.self),
            let epoch = cursor.next(cursor.count)
        else { return nil }
        self.floor = floor
        self.octets = octets
        self.position = position
        self.isFilling = isFilling != 0
        self.epoch = Array(epoch)
    }

    var encoded: [UInt8] {
        var value: [UInt8] = []
        value.appendBigEndian(floor)
        value.appendBigEndian(octets)
        value.appendBigEndian(position)
        value.append(isFilling ? 1 : 0)
        return value + epoch
    }
}
