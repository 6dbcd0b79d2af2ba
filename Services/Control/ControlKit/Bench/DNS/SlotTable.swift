// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The queries of one socket that wait for their answers, each in a slot that its identifier names.
///
/// The identifier holds the slot in its low bits and how often the slot was used in the others, so that an answer that
/// comes after its query was given up is not taken for the answer to the slot's next query.
@safe
struct SlotTable: ~Copyable {
    private struct Slot {
        /// When the query was sent, in nanoseconds; 0 for a free slot.
        var sentAt: UInt64
        var identifier: UInt16
        /// The next free slot.
        var next: UInt16
    }

    /// The most queries that one socket may have in flight: leaves three bits for the uses of a slot.
    static let maximumCapacity = 8192

    // SAFETY: made in init, freed in deinit.
    private let slots: UnsafeMutablePointer<Slot>
    private let capacity: Int
    private let mask: UInt16
    private var firstFree: UInt16 = 0
    private(set) var free: Int

    /// - Parameter capacity: queries in flight, 1 to ``maximumCapacity``.
    init(capacity: Int) {
        precondition(1...Self.maximumCapacity ~= capacity, "the window of a socket is from 1 to 8192")
        self.capacity = capacity
        free = capacity
        var size = 1
        while size < capacity { size *= 2 }
        mask = UInt16(size - 1)
        unsafe slots = .allocate(capacity: capacity)
        for index in 0..<capacity {
            // SAFETY: index is less than the capacity that was allocated, here and below.
            unsafe (slots + index).initialize(to: Slot(sentAt: 0, identifier: UInt16(index), next: UInt16(index + 1)))
        }
    }

    deinit {
        unsafe slots.deallocate()
    }

    /// Queries in flight.
    var used: Int { capacity - free }

    /// Takes a free slot for a query sent at a moment that is not 0, and returns the query's identifier.
    ///
    /// The caller has made sure that a slot is free.
    mutating func take(sentAt: UInt64) -> UInt16 {
        precondition(free > 0, "a slot was taken where none is free")
        let index = Int(firstFree)
        unsafe slots[index].sentAt = sentAt
        unsafe slots[index].identifier &+= mask &+ 1
        unsafe firstFree = slots[index].next
        free -= 1
        return unsafe slots[index].identifier
    }

    /// Frees the slot of an identifier and returns when its query was sent; nil when no query in flight has it.
    mutating func release(_ identifier: UInt16) -> UInt64? {
        let index = Int(identifier & mask)
        guard index < capacity, unsafe slots[index].identifier == identifier else { return nil }
        let sentAt = unsafe slots[index].sentAt
        guard sentAt != 0 else { return nil }
        free(index)
        return sentAt
    }

    /// Frees every slot whose query was sent before a moment, and hands each one's moment of sending to `body`.
    mutating func expire(before moment: UInt64, _ body: (UInt64) -> Void) {
        for index in 0..<capacity {
            let sentAt = unsafe slots[index].sentAt
            guard sentAt != 0, sentAt < moment else { continue }
            free(index)
            body(sentAt)
        }
    }

    private mutating func free(_ index: Int) {
        unsafe slots[index].sentAt = 0
        unsafe slots[index].next = firstFree
        firstFree = UInt16(index)
        free += 1
    }
}
