// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// All RRsets of one owner, as the file holds them.
///
///     octets 0-7    checksum of the key and all that follows (`ValueChecksum`)
///     octet 8       flags (`NodeFlags`)
///     octet 9       zero
///     octets 10-11  number of RRsets
///     each RRset, in ascending order of types:
///         type u16, number of records u16, TTL u32, length of the records in octets u32,
///         each record: length u16, data
///
/// All numbers are big-endian, so that an answer is copied and not converted.
struct NodeValue: Equatable {
    /// Octets in front of the first RRset.
    static let headerLength = 12
    /// Octets in front of the records of an RRset.
    static let rrsetHeaderLength = 12

    /// The RRsets in ascending order of types.
    var rrsets: [RRset]

    /// The flags of all types.
    var flags: NodeFlags {
        rrsets.reduce(into: NodeFlags()) { $0.formUnion(.of($1.type)) }
    }

    /// The number of records.
    var recordCount: Int {
        rrsets.reduce(0) { $0 + $1.rdatas.count }
    }

    /// The file's form under `key`.
    func encoded(key: [UInt8]) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: ValueChecksum.length)
        value.reserveCapacity(
            rrsets.reduce(Self.headerLength) { $0 + Self.rrsetHeaderLength + Self.length(of: $1.rdatas) }
        )
        value.append(flags.rawValue)
        value.append(0)
        value.appendBigEndian(UInt16(truncatingIfNeeded: rrsets.count))
        for rrset in rrsets {
            value.appendBigEndian(rrset.type.rawValue)
            value.appendBigEndian(UInt16(truncatingIfNeeded: rrset.rdatas.count))
            value.appendBigEndian(rrset.ttl)
            value.appendBigEndian(UInt32(truncatingIfNeeded: Self.length(of: rrset.rdatas)))
            for rdata in rrset.rdatas {
                value.appendBigEndian(UInt16(truncatingIfNeeded: rdata.count))
                value.append(contentsOf: rdata)
            }
        }
        ValueChecksum.seal(&value, key: key)
        return value
    }

    private static func length(of rdatas: [[UInt8]]) -> Int {
        rdatas.reduce(0) { $0 + 2 + $1.count }
    }

    /// A node of these RRsets.
    init(rrsets: [RRset]) {
        self.rrsets = rrsets
    }

    /// The node that the file has under `key`; nil when it is damaged.
    init?(_ value: [UInt8], key: [UInt8], owner: Name) {
        guard ValueChecksum.matches(key: key, value: value) else { return nil }
        var cursor = ByteCursor(value)
        guard cursor.next(UInt64.self) != nil, cursor.next(UInt16.self) != nil, let count = cursor.next(UInt16.self)
        else { return nil }
        var rrsets: [RRset] = []
        rrsets.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let type = cursor.next(UInt16.self), let records = cursor.next(UInt16.self),
                let ttl = cursor.next(UInt32.self), cursor.next(UInt32.self) != nil
            else { return nil }
            var rdatas: [[UInt8]] = []
            rdatas.reserveCapacity(Int(records))
            for _ in 0..<records {
                guard let length = cursor.next(UInt16.self), let rdata = cursor.next(Int(length)) else { return nil }
                rdatas.append(Array(rdata))
            }
            rrsets.append(RRset(owner: owner, type: RRType(rawValue: type), ttl: ttl, rdatas: rdatas))
        }
        guard cursor.count == 0 else { return nil }
        self.rrsets = rrsets
    }
}
