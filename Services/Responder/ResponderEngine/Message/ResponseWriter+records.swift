// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

extension ResponseWriter {
    /// Writes all records of an RRset; false without a trace when they do not fit or are damaged.
    mutating func put(_ rrset: RRsetView, owner: OwnerName, ttl: UInt32, in section: Section) -> Bool {
        let start = mark
        let type = rrset.type
        let records = unsafe rrset.records
        guard let base = records.baseAddress else { return false }
        var offset = 0
        var written = 0
        while offset &+ 2 <= records.count {
            let length = unsafe Int(base.word(at: offset))
            guard offset &+ 2 &+ length <= records.count, putRecordStart(owner, type: type, ttl: ttl) else { break }
            let data = unsafe UnsafeRawBufferPointer(start: base + offset + 2, count: length)
            guard unsafe putData(type, data) else { break }
            written &+= 1
            offset &+= 2 &+ length
        }
        guard written > 0, offset == records.count else {
            rewind(to: start)
            return false
        }
        count(section, written)
        return true
    }

    /// Writes the signatures over the RRset of `type` at the same owner, with that RRset's TTL.
    mutating func putSignatures(
        _ signatures: RRsetView,
        over type: UInt16,
        owner: OwnerName,
        ttl: UInt32,
        in section: Section
    ) -> Bool {
        let start = mark
        let records = unsafe signatures.records
        guard let base = records.baseAddress else { return false }
        var offset = 0
        var written = 0
        while offset &+ 4 <= records.count {
            let length = unsafe Int(base.word(at: offset))
            guard offset &+ 2 &+ length <= records.count else { break }
            if length >= 2, unsafe base.word(at: offset &+ 2) == type {
                guard putRecordStart(owner, type: TypeNumber.rrsig, ttl: ttl),
                    unsafe putOctets(base + offset, length &+ 2)
                else {
                    rewind(to: start)
                    return false
                }
                written &+= 1
            }
            offset &+= 2 &+ length
        }
        count(section, written)
        return true
    }

    /// Writes all signatures of a node, each with the TTL of what it covers (RFC 4034 3): an answer to the type RRSIG.
    mutating func putAllSignatures(_ signatures: RRsetView, of node: NodeView, owner: OwnerName) -> Bool {
        let start = mark
        let records = unsafe signatures.records
        guard let base = records.baseAddress else { return false }
        var offset = 0
        var written = 0
        while offset &+ 4 <= records.count {
            let length = unsafe Int(base.word(at: offset))
            guard length >= 2, offset &+ 2 &+ length <= records.count else { break }
            let covered = unsafe node.rrset(base.word(at: offset &+ 2))
            guard putRecordStart(owner, type: TypeNumber.rrsig, ttl: covered?.ttl ?? signatures.ttl),
                unsafe putOctets(base + offset, length &+ 2)
            else { break }
            written &+= 1
            offset &+= 2 &+ length
        }
        guard written > 0, offset == records.count else {
            rewind(to: start)
            return false
        }
        count(.answer, written)
        return true
    }

    /// Writes one record whose data is given; false without a trace when it does not fit.
    mutating func put(
        _ type: UInt16,
        _ data: UnsafeRawBufferPointer,
        owner: OwnerName,
        ttl: UInt32,
        in section: Section
    ) -> Bool {
        let start = mark
        guard putRecordStart(owner, type: type, ttl: ttl), unsafe putData(type, data) else {
            rewind(to: start)
            return false
        }
        count(section, 1)
        return true
    }

    /// Writes a record's data with its length in front, its names compressed where RFC 3597 4 allows it: in the types of
    /// RFC 1035 only.
    private mutating func putData(_ type: UInt16, _ data: UnsafeRawBufferPointer) -> Bool {
        guard position &+ 2 &+ min(data.count, 1) <= limit, let octets = data.baseAddress else { return false }
        let lengthPosition = position
        position &+= 2
        var read = 0
        switch type {
        case TypeNumber.ns, TypeNumber.cname, TypeNumber.ptr, TypeNumber.mb, TypeNumber.md, TypeNumber.mf,
            TypeNumber.mg, TypeNumber.mr:
            read = unsafe putTarget(data, at: 0, of: type)
            guard read > 0 else { return false }
        case TypeNumber.mx:
            guard data.count >= 3, unsafe putOctets(octets, 2) else { return false }
            read = unsafe putTarget(data, at: 2, of: type)
            guard read > 0 else { return false }
        case TypeNumber.soa, TypeNumber.minfo:
            read = unsafe putName(data)
            guard read > 0, read < data.count else { return false }
            let second = unsafe putName(UnsafeRawBufferPointer(rebasing: data[read...]))
            guard second > 0 else { return false }
            read &+= second
        default:
            unsafe noteTarget(data, of: type)
        }
        guard unsafe putOctets(octets + read, data.count &- read) else { return false }
        unsafe base.set(UInt16(truncatingIfNeeded: position &- lengthPosition &- 2), at: lengthPosition)
        return true
    }
}
