// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire
internal import Glibc
internal import ZoneStore

/// The sections that records are written to.
enum Section {
    case answer
    case authority
    case additional
}

/// Where an owner's name comes from.
@safe
struct OwnerName {
    /// Where the name stands in the message already; 0 for the root, -1 when it has to be written.
    let offset: Int
    /// The name's wire form, for when it has to be written.
    let wire: UnsafeRawBufferPointer

    /// A name that stands in the message at `offset`.
    static func written(at offset: Int) -> OwnerName {
        unsafe OwnerName(offset: offset, wire: UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// A name to be written, or pointed to if it is found in the message.
    static func wire(_ wire: UnsafeRawBufferPointer) -> OwnerName {
        unsafe OwnerName(offset: -1, wire: wire)
    }
}

/// A name in the data of a record that was written, whose addresses belong into the additional section.
@safe
struct AdditionalTarget {
    /// The name's wire form; it may be followed by other octets.
    let wire: UnsafeRawBufferPointer
    /// Where the name stands in the message; -1 when it cannot be pointed to.
    let offset: Int
    /// The type of the record: addresses of name servers may lie below a zone cut.
    var source: UInt16
    /// A type besides addresses that is of use; 0 for none.
    var other: UInt16 = 0
    /// Whether addresses are of use.
    var hasAddresses = true

    /// Whether both are one name.
    func isSame(as target: AdditionalTarget) -> Bool {
        if offset > 0, offset == target.offset { return true }
        // Length octets are below the letters, so folding leaves them as they are. A zero within a label counts as a
        // letter: only the one in a length's place ends a name.
        var index = 0
        var next = 0
        while index < min(unsafe wire.count, unsafe target.wire.count) {
            let octet = unsafe wire[index]
            guard unsafe CaseFolding.lower(octet) == CaseFolding.lower(target.wire[index]) else { return false }
            if index == next {
                if octet == 0 { return true }
                next = index &+ 1 &+ Int(octet)
            }
            index &+= 1
        }
        return false
    }
}

/// Writes a response into a buffer that is given anew for each query; its tables are made once.
///
/// Every `put` writes all of what it is given, or nothing.
@safe
struct ResponseWriter: ~Copyable {
    // SAFETY: `base` has room for `limit` octets and is replaced by `begin`; nothing is written without a check of
    // `limit`. The tables are allocated in init and freed in deinit.
    var base: UnsafeMutableRawPointer
    var limit = 0
    var position = 0
    /// Where the records begin.
    private var start = 0
    var answers: UInt16 = 0
    var authorities: UInt16 = 0
    var additionals: UInt16 = 0
    /// Where the name stands that was last written within record data; 0 for the root, -1 when it cannot be pointed to.
    var lastName = 0
    var targets: AdditionalTargets
    var names: WrittenNames
    private let placeholder: UnsafeMutableRawPointer

    init() {
        unsafe placeholder = .allocate(byteCount: 16, alignment: 8)
        unsafe base = placeholder
        targets = AdditionalTargets()
        names = WrittenNames()
    }

    deinit {
        unsafe placeholder.deallocate()
    }

    /// Starts a response of at most `limit` octets whose first `position` ones are there.
    mutating func begin(_ buffer: UnsafeMutableRawPointer, limit: Int, position: Int) {
        unsafe base = buffer
        self.limit = limit
        start = position
        restart()
    }

    /// Forgets all records.
    mutating func restart() {
        position = start
        answers = 0
        authorities = 0
        additionals = 0
        lastName = 0
        targets.clear()
        names.clear()
    }

    /// What has been written so far.
    struct Mark {
        fileprivate let position: Int
        fileprivate let answers: UInt16
        fileprivate let authorities: UInt16
        fileprivate let additionals: UInt16
        fileprivate let names: Int
        fileprivate let targets: Int
    }

    /// The present state, to go back to.
    var mark: Mark {
        Mark(
            position: position,
            answers: answers,
            authorities: authorities,
            additionals: additionals,
            names: names.count,
            targets: targets.count
        )
    }

    /// Forgets everything written since `mark`.
    mutating func rewind(to mark: Mark) {
        position = mark.position
        answers = mark.answers
        authorities = mark.authorities
        additionals = mark.additionals
        names.truncate(to: mark.names)
        targets.truncate(to: mark.targets)
    }

    /// Counts a record in its section.
    mutating func count(_ section: Section, _ records: Int) {
        let records = UInt16(truncatingIfNeeded: records)
        switch section {
        case .answer: answers &+= records
        case .authority: authorities &+= records
        case .additional: additionals &+= records
        }
    }

    /// Writes an owner's name and what stands in front of a record's data, apart from its length.
    mutating func putRecordStart(_ owner: OwnerName, type: UInt16, ttl: UInt32) -> Bool {
        guard putOwner(owner), position &+ MessageSize.recordHeader <= limit else { return false }
        unsafe base.set(type, at: position)
        unsafe base.set(ClassNumber.internet, at: position &+ 2)
        unsafe base.set(ttl, at: position &+ 4)
        position &+= 8
        return true
    }

    /// Copies octets.
    mutating func putOctets(_ octets: UnsafeRawPointer, _ count: Int) -> Bool {
        guard position &+ count <= limit else { return false }
        unsafe memcpy(base + position, octets, count)
        position &+= count
        return true
    }

    private mutating func putOwner(_ owner: OwnerName) -> Bool {
        if owner.offset > 0, owner.offset <= 0x3FFF {
            guard position &+ 2 <= limit else { return false }
            unsafe base.set(0xC000 | UInt16(truncatingIfNeeded: owner.offset), at: position)
            position &+= 2
            return true
        }
        if owner.offset == 0 {
            guard position < limit else { return false }
            unsafe base.set(0 as UInt8, at: position)
            position &+= 1
            return true
        }
        return unsafe putName(owner.wire) > 0
    }
}
