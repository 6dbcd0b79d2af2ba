// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Which names stand in a message and where: a hash table of labels, each with the place of what follows it.
///
/// A suffix is found label by label from the right, so each step compares one label only. The table is emptied by
/// undoing the insertions, not by clearing it.
@safe
struct WrittenNames: ~Copyable {
    // SAFETY: both allocated in init with fixed sizes and freed in deinit; slots are masked, `count` is checked.
    private let slots: UnsafeMutablePointer<Entry>
    private let inserted: UnsafeMutablePointer<UInt16>
    private(set) var count = 0

    private struct Entry {
        /// Where the label's length octet stands; 0 for an empty slot.
        var offset: UInt16
        /// Where the name goes on; 0 for the root.
        var parent: UInt16
    }

    private static let slotCount = 1024
    private static let capacity = 512

    init() {
        unsafe slots = .allocate(capacity: Self.slotCount)
        unsafe slots.initialize(repeating: Entry(offset: 0, parent: 0), count: Self.slotCount)
        unsafe inserted = .allocate(capacity: Self.capacity)
    }

    deinit {
        unsafe slots.deallocate()
        unsafe inserted.deallocate()
    }

    mutating func clear() {
        truncate(to: 0)
    }

    /// Takes back all insertions after the first `target`, the last one first, which keeps probe sequences whole.
    mutating func truncate(to target: Int) {
        while count > target {
            count &-= 1
            unsafe slots[Int(inserted[count])].offset = 0
        }
    }

    /// Where the label at `label`, followed by the name at `parent`, stands in `message`; 0 when it does not.
    func find(_ label: UnsafeRawPointer, parent: Int, in message: UnsafeMutableRawPointer) -> Int {
        var slot = unsafe Self.slot(of: label, parent)
        while true {
            let entry = unsafe slots[slot]
            if entry.offset == 0 { return 0 }
            if Int(entry.parent) == parent, unsafe Self.areEqual(label, message + Int(entry.offset)) {
                return Int(entry.offset)
            }
            slot = (slot &+ 1) & (Self.slotCount - 1)
        }
    }

    /// Notes that the label at `label` stands at `offset`, followed by the name at `parent`.
    mutating func insert(_ label: UnsafeRawPointer, at offset: Int, parent: Int) {
        guard count < Self.capacity, offset <= 0x3FFF else { return }
        var slot = unsafe Self.slot(of: label, parent)
        while unsafe slots[slot].offset != 0 { slot = (slot &+ 1) & (Self.slotCount - 1) }
        unsafe slots[slot] = Entry(
            offset: UInt16(truncatingIfNeeded: offset),
            parent: UInt16(truncatingIfNeeded: parent)
        )
        unsafe inserted[count] = UInt16(truncatingIfNeeded: slot)
        count &+= 1
    }

    private static func slot(of label: UnsafeRawPointer, _ parent: Int) -> Int {
        let length = unsafe Int(label.octet(at: 0))
        var hash = UInt32(truncatingIfNeeded: parent) &* 0x9E37_79B1 ^ UInt32(truncatingIfNeeded: length)
        var index = 1
        while index <= length {
            // Setting the bit that tells the cases apart is enough for a hash.
            hash = (hash ^ UInt32(unsafe label.octet(at: index) | 0x20)) &* 0x0100_0193
            index &+= 1
        }
        return Int((hash ^ hash >> 15) & UInt32(slotCount - 1))
    }

    private static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeMutableRawPointer) -> Bool {
        let length = unsafe Int(left.octet(at: 0))
        guard unsafe Int(UnsafeRawPointer(right).octet(at: 0)) == length else { return false }
        var index = 1
        while index <= length {
            let first = unsafe left.octet(at: index)
            let second = unsafe UnsafeRawPointer(right).octet(at: index)
            if first != second {
                let folded = first | 0x20
                guard folded == second | 0x20, folded &- 0x61 < 26 else { return false }
            }
            index &+= 1
        }
        return true
    }
}
