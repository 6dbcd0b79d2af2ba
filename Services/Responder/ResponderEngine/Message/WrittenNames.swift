// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// The names that stand in a message, each with the places of its labels there, so that later ones can point to them.
///
/// A name is kept in lower case at the end of a slot: then the common end of two names is found by comparing the slots
/// from their ends, eight octets at a time, and takes a few steps however many labels there are. Messages hold few names
/// that differ; those beyond the capacity are written, but not pointed to.
@safe
struct WrittenNames: ~Copyable {
    // SAFETY: allocated in init with `capacity + 1` slots and freed in deinit. A name fills at most `nameSize` octets of
    // its slot and has at most `labelLimit` labels, which `take` ensures; the last slot is for names not kept.
    private let memory: UnsafeMutableRawPointer
    /// The names that are kept.
    private(set) var count = 0

    /// The length of the name taken last, and the number of its labels, the root not counted.
    private(set) var length = 0
    private var labels = 0

    private static let capacity = 32
    private static let labelLimit = 127
    /// A slot: the name, its closing root at the end; then its length and number of labels; then for each label where it
    /// begins in the name; then where it stands in the message, 0 where nothing can point to.
    private static let nameSize = 256
    private static let startsOffset = nameSize + 8
    private static let placesOffset = startsOffset + 128
    private static let slotSize = placesOffset + 256

    init() {
        unsafe memory = .allocate(byteCount: (Self.capacity + 1) * Self.slotSize, alignment: 8)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: (Self.capacity + 1) * Self.slotSize)
    }

    deinit {
        unsafe memory.deallocate()
    }

    mutating func clear() {
        count = 0
    }

    /// Forgets all names after the first `target`.
    mutating func truncate(to target: Int) {
        count = min(count, target)
    }

    /// Takes the name at the start of `wire` into the next slot; false when it is malformed.
    @inline(__always)
    mutating func take(_ wire: UnsafeRawBufferPointer) -> Bool {
        guard let base = wire.baseAddress else { return false }
        let slot = unsafe memory + count &* Self.slotSize
        var index = 0
        var found = 0
        while true {
            guard index < wire.count else { return false }
            let step = unsafe Int(base.octet(at: index))
            if step == 0 { break }
            guard step <= 63, index &+ step < 254 else { return false }
            unsafe slot.storeBytes(
                of: UInt8(truncatingIfNeeded: index),
                toByteOffset: Self.startsOffset &+ found,
                as: UInt8.self
            )
            found &+= 1
            index &+= 1 &+ step
        }
        length = index &+ 1
        labels = found
        unsafe slot.storeBytes(of: UInt16(truncatingIfNeeded: length), toByteOffset: Self.nameSize, as: UInt16.self)
        unsafe slot.storeBytes(of: UInt16(truncatingIfNeeded: found), toByteOffset: Self.nameSize &+ 2, as: UInt16.self)
        // From the end, as all slots have theirs at the same place.
        var rest = length
        while rest >= 8 {
            rest &-= 8
            let octets = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: rest, as: UInt64.self))
            unsafe slot.storeBytes(
                of: CaseFolding.lower(octets).littleEndian,
                toByteOffset: Self.nameSize &- length &+ rest,
                as: UInt64.self
            )
        }
        while rest > 0 {
            rest &-= 1
            let octet = unsafe CaseFolding.lower(base.octet(at: rest))
            unsafe slot.storeBytes(of: octet, toByteOffset: Self.nameSize &- length &+ rest, as: UInt8.self)
        }
        return true
    }

    /// The longest end of the name taken last that stands in the message: how many octets of the name are in front of
    /// it, and where it stands. Without any, all but the root are in front of it and its place is 0.
    @inline(__always)
    func suffix() -> (start: Int, place: Int) {
        let slot = unsafe memory + count &* Self.slotSize
        var best = (start: length &- 1, place: 0)
        for index in 0..<count {
            let other = unsafe memory + index &* Self.slotSize
            let otherLength = unsafe Int(other.load(fromByteOffset: Self.nameSize, as: UInt16.self))
            let limit = min(length, otherLength)
            let wanted = length &- best.start
            // SAFETY: what is compared beyond the names lies within the slots and is not counted.
            var equal = 0
            while equal < limit {
                let offset = Self.nameSize &- 8 &- equal
                let mine = unsafe UInt64(littleEndian: slot.load(fromByteOffset: offset, as: UInt64.self))
                let theirs = unsafe UInt64(littleEndian: other.load(fromByteOffset: offset, as: UInt64.self))
                if mine != theirs {
                    equal &+= (mine ^ theirs).leadingZeroBitCount / 8
                    break
                }
                equal &+= 8
            }
            equal = min(equal, limit)
            guard equal > wanted else { continue }
            // The longest that begins with a label in both: equal octets may be a length in one and data in the other.
            var label = 0
            while label < labels {
                let start = unsafe Int(slot.load(fromByteOffset: Self.startsOffset &+ label, as: UInt8.self))
                guard start < best.start else { break }
                if length &- start <= equal {
                    let place = unsafe Self.place(of: length &- start, in: other, otherLength)
                    if place > 0 {
                        best = (start, place)
                        break
                    }
                }
                label &+= 1
            }
            if best.start == 0 { break }
        }
        return best
    }

    /// Keeps the name taken last, the first `start` octets of which were written at `position` and the rest of which
    /// stands at `place`: where the whole stands, 0 for the root and -1 when nothing can point there.
    @inline(__always)
    mutating func keep(from start: Int, at position: Int, before place: Int) -> Int {
        guard labels > 0 else { return 0 }
        let slot = unsafe memory + count &* Self.slotSize
        // The labels behind are found through the name that was pointed to.
        var label = 0
        while label < labels {
            let offset = unsafe Int(slot.load(fromByteOffset: Self.startsOffset &+ label, as: UInt8.self))
            guard offset < start else { break }
            let target = position &+ offset
            unsafe slot.storeBytes(
                of: target <= 0x3FFF ? UInt16(truncatingIfNeeded: target) : 0,
                toByteOffset: Self.placesOffset &+ label &* 2,
                as: UInt16.self
            )
            label &+= 1
        }
        // One that was pointed to as a whole is kept already.
        guard label > 0 else { return place }
        while label < labels {
            unsafe slot.storeBytes(of: 0, toByteOffset: Self.placesOffset &+ label &* 2, as: UInt16.self)
            label &+= 1
        }
        if count < Self.capacity { count &+= 1 }
        return position <= 0x3FFF ? position : -1
    }

    /// Where the last `wanted` octets of a kept name stand in the message; 0 when they do not begin with a label.
    @inline(__always)
    private static func place(of wanted: Int, in slot: UnsafeMutableRawPointer, _ length: Int) -> Int {
        let labels = unsafe Int(slot.load(fromByteOffset: nameSize &+ 2, as: UInt16.self))
        var label = 0
        while label < labels {
            let start = unsafe Int(slot.load(fromByteOffset: startsOffset &+ label, as: UInt8.self))
            if length &- start == wanted {
                return unsafe Int(slot.load(fromByteOffset: placesOffset &+ label &* 2, as: UInt16.self))
            }
            guard length &- start > wanted else { return 0 }
            label &+= 1
        }
        return 0
    }
}
