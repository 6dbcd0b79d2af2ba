// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// What is kept of the history of one zone: the numbers of its steps, which follow each other.
///
///     octets 0-7   checksum of the key and all that follows
///     octets 8-15  number of the first step
///     octets 16-23 number of the step after the last
///     octets 24-31 octets of all steps
///
/// Stands under the zone's number alone, in front of the steps.
struct HistoryIndex: Equatable {
    var first: UInt64 = 0
    var end: UInt64 = 0
    var octets: UInt64 = 0

    /// How many steps there are.
    var count: UInt64 { end - first }

    init() {}

    /// The index that the file has under `key`; nil when it is damaged.
    init?(_ value: [UInt8], key: [UInt8]) {
        guard ValueChecksum.matches(key: key, value: value) else { return nil }
        var cursor = ByteCursor(value)
        guard cursor.next(UInt64.self) != nil, let first = cursor.next(UInt64.self),
            let end = cursor.next(UInt64.self), let octets = cursor.next(UInt64.self), first <= end
        else { return nil }
        self.first = first
        self.end = end
        self.octets = octets
    }

    func encoded(key: [UInt8]) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: ValueChecksum.length)
        value.appendBigEndian(first)
        value.appendBigEndian(end)
        value.appendBigEndian(octets)
        ValueChecksum.seal(&value, key: key)
        return value
    }

    /// The key of the index of the zone with `number`.
    static func key(zone number: UInt64) -> [UInt8] { OwnerKey.prefix(of: number) }

    /// The key of a step.
    static func key(zone number: UInt64, step: UInt64) -> [UInt8] {
        var key = OwnerKey.prefix(of: number)
        key.appendBigEndian(step)
        return key
    }
}

/// One step as the file holds it.
///
///     checksum u64, serial before u32, serial afterwards u32,
///     old SOA, new SOA, number of sets that go u32, these sets, number of sets that come u32, these sets
///     each set: length of the owner u8, owner, type u16, TTL u32, number of records u16,
///         each record: length u16, data
enum HistoryValue {
    static func encoded(_ difference: ZoneDifference, key: [UInt8]) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: ValueChecksum.length)
        value.appendBigEndian(difference.from)
        value.appendBigEndian(difference.to)
        append(difference.oldSOA, to: &value)
        append(difference.newSOA, to: &value)
        for rrsets in [difference.removed, difference.added] {
            value.appendBigEndian(UInt32(truncatingIfNeeded: rrsets.count))
            for rrset in rrsets { append(rrset, to: &value) }
        }
        ValueChecksum.seal(&value, key: key)
        return value
    }

    /// The serials before and after the step; nil when the value is damaged.
    static func serials(_ value: [UInt8], key: [UInt8]) -> (from: UInt32, to: UInt32)? {
        guard ValueChecksum.matches(key: key, value: value) else { return nil }
        var cursor = ByteCursor(value)
        guard cursor.next(UInt64.self) != nil, let from = cursor.next(UInt32.self), let to = cursor.next(UInt32.self)
        else { return nil }
        return (from, to)
    }

    /// The step that the file has under `key`; nil when it is damaged.
    static func decoded(_ value: [UInt8], key: [UInt8]) -> ZoneDifference? {
        guard ValueChecksum.matches(key: key, value: value) else { return nil }
        var cursor = ByteCursor(value)
        guard cursor.next(UInt64.self) != nil, let from = cursor.next(UInt32.self), let to = cursor.next(UInt32.self),
            let oldSOA = next(&cursor), let newSOA = next(&cursor), let removed = sets(&cursor),
            let added = sets(&cursor), cursor.count == 0
        else { return nil }
        return ZoneDifference(from: from, to: to, removed: removed, added: added, oldSOA: oldSOA, newSOA: newSOA)
    }

    /// Appends a set.
    static func append(_ rrset: RRset, to value: inout [UInt8]) {
        value.append(UInt8(truncatingIfNeeded: rrset.owner.wire.count))
        value.append(contentsOf: rrset.owner.wire)
        value.appendBigEndian(rrset.type.rawValue)
        value.appendBigEndian(rrset.ttl)
        value.appendBigEndian(UInt16(truncatingIfNeeded: rrset.rdatas.count))
        for rdata in rrset.rdatas {
            value.appendBigEndian(UInt16(truncatingIfNeeded: rdata.count))
            value.append(contentsOf: rdata)
        }
    }

    /// A number of sets and these; nil when they are damaged.
    static func sets(_ cursor: inout ByteCursor) -> [RRset]? {
        guard let count = cursor.next(UInt32.self) else { return nil }
        var rrsets: [RRset] = []
        for _ in 0..<count {
            guard let rrset = next(&cursor) else { return nil }
            rrsets.append(rrset)
        }
        return rrsets
    }

    private static func next(_ cursor: inout ByteCursor) -> RRset? {
        guard let length = cursor.next(UInt8.self), let wire = cursor.next(Int(length)),
            let owner = try? Name(wire: wire), let type = cursor.next(UInt16.self), let ttl = cursor.next(UInt32.self),
            let count = cursor.next(UInt16.self)
        else { return nil }
        var rdatas: [[UInt8]] = []
        for _ in 0..<count {
            guard let length = cursor.next(UInt16.self), let rdata = cursor.next(Int(length)) else { return nil }
            rdatas.append(Array(rdata))
        }
        return RRset(owner: owner, type: RRType(rawValue: type), ttl: ttl, rdatas: rdatas)
    }
}
