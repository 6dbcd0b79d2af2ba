// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
internal import Glibc
package import ZoneStore

/// The answer section of one message of a transfer, packed into memory that the caller lends.
///
/// Nothing is allocated for a record. An owner is led to by its labels in common with the owner before it, or by the apex
/// in the question; a name in the data, where RFC 3597 4 lets it be compressed, by an equal one, by the domain above it,
/// or by the apex. Names in data are compared octet by octet, so that their case is never lost.
@safe
package struct TransferPacker: ~Copyable {
    /// Octets that the memory has behind the limit: for a record of names, which is written before its length is known.
    static let slack = 1_024
    /// A message ends behind the record that brings it to this length: pointers of compression reach no further.
    static let usualLength = 16_384

    // SAFETY: `limit + slack` octets of the caller's, which outlive this value; `count` is never beyond the limit between
    // two calls.
    private let base: UnsafeMutableRawPointer
    private let limit: Int
    /// Octets of the message so far.
    private(set) var count: Int
    /// Records of the message so far.
    private(set) var records: UInt16 = 0
    /// Whether a record had no room: what stands behind `count` is void.
    private var isClosed = false

    private let apexLength: Int
    /// Where in the message the labels of the last owner stand, the one next to the apex first.
    private var places = InlineArray<128, UInt16>(repeating: 0)
    private var depth = 0
    /// What leads to the last owner; 0 where no pointer can.
    private var ownerPlace = 0
    /// Where names of data stand, by a hash of their octets; 0 for none.
    private var names = InlineArray<128, UInt16>(repeating: 0)

    private static let apexPlace = Message.headerLength
    private static let lastPlace = 0x3FFF
    private static let pointer: UInt16 = 0xC000

    /// The message whose header and only question, for a zone of `apexLength` octets, stand in `memory` already.
    init(_ memory: UnsafeMutableRawBufferPointer, count: Int, apexLength: Int) throws(WireError) {
        guard let base = memory.baseAddress, memory.count >= count + Self.slack,
            Self.apexPlace + apexLength <= count
        else { throw .bufferFull }
        unsafe self.base = base
        limit = memory.count - Self.slack
        self.count = count
        self.apexLength = apexLength
    }

    /// Whether the next record begins another message.
    var isFull: Bool { isClosed || count >= Self.usualLength || records == .max }

    /// Writes a record; false when it belongs into the next message.
    ///
    /// Throws `WireError.bufferFull` for a record that no message can hold.
    ///
    /// - Parameters:
    ///   - owner: The owner's labels in front of the apex, in wire form and without the root.
    ///   - repeats: Whether the owner is that of the record before.
    mutating func append(
        _ owner: UnsafeRawBufferPointer,
        repeats: Bool,
        type: UInt16,
        ttl: UInt32,
        rdata: UnsafeRawBufferPointer
    ) throws(WireError) -> Bool {
        guard !isFull else { return false }
        let start = count
        // An owner and a record's numbers always fit into the slack, and so does data of names, which is short.
        if repeats, ownerPlace != 0 {
            put(Self.pointer | UInt16(truncatingIfNeeded: ownerPlace))
        } else {
            guard unsafe putOwner(owner) else { throw .badLabelLength }
        }
        put(type)
        put(RRClass.internet.rawValue)
        put(unsafe Self.ttl(type, ttl, rdata))
        let length = count
        put(UInt16(0))
        if let names = CompressibleData(type), rdata.count <= CompressibleData.longest {
            unsafe putData(names, rdata)
        } else if rdata.count <= limit &- count {
            unsafe put(rdata)
        } else {
            count = limit &+ 1
        }
        guard count <= limit, rdata.count <= Int(UInt16.max) else {
            count = start
            isClosed = true
            guard records > 0 else { throw .bufferFull }
            return false
        }
        unsafe base.storeBytes(
            of: UInt16(truncatingIfNeeded: count &- length &- 2).bigEndian,
            toByteOffset: length,
            as: UInt16.self
        )
        records &+= 1
        return true
    }

    /// Signatures over sets of different TTLs stand in one set; each has the TTL of what it covers (RFC 4034 3), which
    /// is the original TTL that it names.
    private static func ttl(_ type: UInt16, _ ttl: UInt32, _ rdata: UnsafeRawBufferPointer) -> UInt32 {
        guard type == RRType.rrsig.rawValue, rdata.count >= 8 else { return ttl }
        return unsafe UInt32(bigEndian: rdata.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    }

    private mutating func put<Number: FixedWidthInteger>(_ number: Number) {
        // SAFETY: the slack has room for what the limit has not.
        unsafe base.storeBytes(of: number.bigEndian, toByteOffset: count, as: Number.self)
        count &+= MemoryLayout<Number>.size
    }

    private mutating func put(_ octets: UnsafeRawBufferPointer) {
        guard let source = octets.baseAddress else { return }
        // SAFETY: the caller has seen that they fit.
        unsafe (base + count).copyMemory(from: source, byteCount: octets.count)
        count &+= octets.count
    }

    private mutating func putApex() {
        // A pointer to the root would be longer than the root.
        if apexLength == 1 { put(UInt8(0)) } else { put(Self.pointer | UInt16(Self.apexPlace)) }
    }

    // MARK: Owners

    /// Writes an owner; false when its labels are none.
    private mutating func putOwner(_ labels: UnsafeRawBufferPointer) -> Bool {
        if labels.count == 0 {
            depth = 0
            ownerPlace = apexLength == 1 ? 0 : Self.apexPlace
            putApex()
            return true
        }
        guard let octets = labels.baseAddress, labels.count < Name.maximumLength else { return false }
        var starts = InlineArray<128, UInt8>(repeating: 0)
        var total = 0
        var offset = 0
        while offset < labels.count {
            let length = unsafe Int(octets.load(fromByteOffset: offset, as: UInt8.self))
            guard 1...Name.maximumLabelLength ~= length, offset &+ 1 &+ length <= labels.count else { return false }
            starts[total] = UInt8(truncatingIfNeeded: offset)
            total &+= 1
            offset &+= length &+ 1
        }
        // From the apex to the left: the labels that this owner has in common with the last one.
        var shared = 0
        while shared < total, shared < depth,
            unsafe isLabel(octets + Int(starts[total &- 1 &- shared]), at: Int(places[shared]))
        {
            shared &+= 1
        }
        // A place that no pointer reaches is of no use.
        while shared > 0, Int(places[shared &- 1]) > Self.lastPlace { shared &-= 1 }
        let start = count
        for index in shared..<total {
            places[index] = UInt16(truncatingIfNeeded: start &+ Int(starts[total &- 1 &- index]))
        }
        depth = total
        let head = shared == 0 ? labels.count : shared == total ? 0 : Int(starts[total &- shared])
        unsafe put(UnsafeRawBufferPointer(start: octets, count: head))
        if shared == 0 { putApex() } else { put(Self.pointer | places[shared &- 1]) }
        let place = Int(places[total &- 1])
        ownerPlace = place <= Self.lastPlace ? place : 0
        return true
    }

    /// Whether the label at `label`, its length in front, stands in the message at `place`.
    private func isLabel(_ label: UnsafeRawPointer, at place: Int) -> Bool {
        // SAFETY: `place` is that of a label of an owner written, and `label` a whole one.
        let length = unsafe Int(label.load(as: UInt8.self))
        guard unsafe Int(base.load(fromByteOffset: place, as: UInt8.self)) == length else { return false }
        return unsafe Self.areEqual(label + 1, base + (place &+ 1), length)
    }

    private static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ count: Int) -> Bool {
        unsafe memcmp(left, right, count) == 0
    }

    // MARK: Names in data

    /// Writes data with names that may be compressed; data that does not fit its type is written as it is.
    private mutating func putData(_ names: CompressibleData, _ rdata: UnsafeRawBufferPointer) {
        var ends = (0, 0)
        guard let first = unsafe Self.nameEnd(rdata, from: names.offset) else { return unsafe put(rdata) }
        ends.0 = first
        ends.1 = first
        if names.count == 2 {
            guard let second = unsafe Self.nameEnd(rdata, from: first) else { return unsafe put(rdata) }
            ends.1 = second
        }
        unsafe put(UnsafeRawBufferPointer(rebasing: rdata[..<names.offset]))
        unsafe putName(UnsafeRawBufferPointer(rebasing: rdata[names.offset..<ends.0]))
        if names.count == 2 { unsafe putName(UnsafeRawBufferPointer(rebasing: rdata[ends.0..<ends.1])) }
        unsafe put(UnsafeRawBufferPointer(rebasing: rdata[ends.1...]))
    }

    /// Where a name that begins at `start` ends; nil when there is no whole one.
    private static func nameEnd(_ octets: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = octets.baseAddress else { return nil }
        var offset = start
        while offset < octets.count {
            let length = unsafe Int(base.load(fromByteOffset: offset, as: UInt8.self))
            offset &+= length &+ 1
            if length == 0 { return offset &- start <= Name.maximumLength ? offset : nil }
            guard length <= Name.maximumLabelLength else { return nil }
        }
        return nil
    }

    /// Writes a whole name.
    private mutating func putName(_ name: UnsafeRawBufferPointer) {
        guard let octets = name.baseAddress else { return }
        if name.count == 1 { return put(UInt8(0)) }
        let slot = unsafe Self.hash(name)
        if let place = unsafe known(name, slot) { return put(Self.pointer | place) }
        // A place is noted only when the whole name stands there.
        let start = count
        defer { note(start, slot) }
        let rest = name.count &- apexLength
        if rest >= 0, apexLength > 1, unsafe Self.areEqual(octets + rest, base + Self.apexPlace, apexLength),
            unsafe isLabelStart(rest, octets)
        {
            unsafe put(UnsafeRawBufferPointer(start: octets, count: rest))
            return putApex()
        }
        let head = unsafe Int(octets.load(as: UInt8.self)) &+ 1
        let parent = unsafe UnsafeRawBufferPointer(rebasing: name[head...])
        unsafe put(UnsafeRawBufferPointer(start: octets, count: head))
        if parent.count == 1 { return put(UInt8(0)) }
        let parentSlot = unsafe Self.hash(parent)
        if let place = unsafe known(parent, parentSlot) { return put(Self.pointer | place) }
        let parentStart = count
        unsafe put(parent)
        note(parentStart, parentSlot)
    }

    private mutating func note(_ place: Int, _ slot: Int) {
        if place <= Self.lastPlace { names[slot] = UInt16(truncatingIfNeeded: place) }
    }

    private func isLabelStart(_ place: Int, _ octets: UnsafeRawPointer) -> Bool {
        var offset = 0
        while offset < place { offset &+= unsafe Int(octets.load(fromByteOffset: offset, as: UInt8.self)) &+ 1 }
        return offset == place
    }

    /// Where `name` stands in the message, by its slot.
    private func known(_ name: UnsafeRawBufferPointer, _ slot: Int) -> UInt16? {
        let place = names[slot]
        guard place != 0, let octets = name.baseAddress else { return nil }
        var offset = 0
        var here = Int(place)
        while true {
            // SAFETY: names in the message are whole, and pointers in them lead backwards to whole ones; `offset` goes
            // on only behind labels that are equal, so that it stays within the name.
            let length = unsafe Int(base.load(fromByteOffset: here, as: UInt8.self))
            if length >= 0xC0 {
                here = unsafe Int(UInt16(bigEndian: base.loadUnaligned(fromByteOffset: here, as: UInt16.self)))
                here &= Self.lastPlace
                continue
            }
            guard unsafe Int(octets.load(fromByteOffset: offset, as: UInt8.self)) == length else { return nil }
            if length == 0 { return place }
            guard unsafe Self.areEqual(octets + (offset &+ 1), base + (here &+ 1), length) else { return nil }
            offset &+= length &+ 1
            here &+= length &+ 1
        }
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        guard let octets = name.baseAddress else { return 0 }
        var hash: UInt64 = UInt64(truncatingIfNeeded: name.count)
        var offset = 0
        // SAFETY: eight octets are read where as many are left, and the rest one by one.
        while offset &+ 8 <= name.count {
            hash = unsafe mixed(hash ^ octets.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset &+= 8
        }
        while offset < name.count {
            hash = unsafe mixed(hash ^ UInt64(octets.load(fromByteOffset: offset, as: UInt8.self)))
            offset &+= 1
        }
        return Int(truncatingIfNeeded: hash &>> 57)
    }

    private static func mixed(_ hash: UInt64) -> UInt64 {
        let product = hash &* 0x9E37_79B9_7F4A_7C15
        return product ^ product &>> 29
    }
}

extension TransferPacker {
    /// Writes the records of an RRset of the zone with the apex `apex`, from the one after the first `written` on, which
    /// counts on; false when the rest belongs into the next message.
    ///
    /// Throws `WireError.badValue` for an owner that is not of the zone, and what
    /// ``append(_:repeats:type:ttl:rdata:)`` throws.
    package mutating func append(_ rrset: RRset, apex: Name, written: inout Int) throws(WireError) -> Bool {
        guard let length = rrset.owner.prefixLength(before: apex) else { throw .badValue }
        let owner = Array(rrset.owner.wire[..<length])
        var repeats = false
        while written < rrset.rdatas.count {
            let isIn = try append(owner, repeats: repeats, rrset, rrset.rdatas[written])
            guard isIn else { return false }
            repeats = true
            written += 1
        }
        return true
    }

    private mutating func append(
        _ owner: [UInt8],
        repeats: Bool,
        _ rrset: RRset,
        _ rdata: [UInt8]
    ) throws(WireError) -> Bool {
        do {
            return try unsafe owner.withUnsafeBytes { owner in
                try unsafe rdata.withUnsafeBytes { rdata in
                    try unsafe append(owner, repeats: repeats, type: rrset.type.rawValue, ttl: rrset.ttl, rdata: rdata)
                }
            }
        } catch let error as WireError {
            throw error
        } catch {
            throw .bufferFull
        }
    }
}
