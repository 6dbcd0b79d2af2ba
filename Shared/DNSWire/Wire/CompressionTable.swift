// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Which names stand where in a message being written: a hash table from (label, what follows it) to an offset.
///
/// What follows a label is known by the offset where it was first written, so looking a name up costs one probe a
/// label, never a comparison of whole names. Probes are bounded and the hash is seeded by the process: a hostile
/// choice of names can cost compression but not time.
@usableFromInline
struct CompressionTable: Sendable {
    /// The last offset that fits a pointer.
    @usableFromInline static let maximumOffset = 0x3FFF
    /// Stands for the root, to which no pointer leads.
    @usableFromInline static let rootOffset: UInt16 = 0xFFFF

    private static let empty: UInt32 = 0xFFFF_FFFF
    private static let removed: UInt32 = 0xFFFF_0000
    private static let maximumProbes = 16
    private static let mostSlotsKept = 1024
    private static let processSeed = UInt64.random(in: .min ... .max) | 1

    /// Each slot holds the offset of a label in its upper half and that of the following label in its lower half.
    private var slots: [UInt32] = []
    private var used = 0
    private let seed: UInt64

    /// An empty table, without memory until a name is written. Only a test gives a seed of its own: which names miss their
    /// probes depends on it.
    @usableFromInline
    init(seed: UInt64? = nil) {
        self.seed = seed ?? Self.processSeed
    }

    /// Forgets all names and keeps the memory, unless a large message made so much of it that clearing would cost more.
    @usableFromInline
    mutating func removeAll() {
        guard used > 0 else { return }
        if slots.count > Self.mostSlotsKept { slots = [] }
        for index in slots.indices { slots[index] = Self.empty }
        used = 0
    }

    /// Forgets the names that begin at `offset` or behind it.
    @usableFromInline
    mutating func remove(from offset: Int) {
        for index in slots.indices where slots[index] < Self.removed && Int(slots[index] >> 16) >= offset {
            slots[index] = Self.removed
        }
    }

    /// The offset in `message` of a label equal to that of `name` at `label`, followed by the name at `parent`.
    @usableFromInline
    func find(_ name: [UInt8], label: Int, parent: UInt16, in message: [UInt8]) -> UInt16? {
        guard !slots.isEmpty else { return nil }
        var index = hash(name, label, parent) & (slots.count - 1)
        for _ in 0..<Self.maximumProbes {
            let slot = slots[index]
            if slot == Self.empty { return nil }
            let offset = UInt16(truncatingIfNeeded: slot >> 16)
            if slot < Self.removed, UInt16(truncatingIfNeeded: slot) == parent,
                Self.equal(name, label, message, Int(offset))
            {
                return offset
            }
            index = (index + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Remembers the label of `message` at `offset`, followed by the name at `parent`.
    @usableFromInline
    mutating func insert(_ offset: UInt16, parent: UInt16, in message: [UInt8]) {
        if used * 2 >= slots.count { grow(message) }
        place(UInt32(offset) << 16 | UInt32(parent), hash(message, Int(offset), parent))
    }

    private mutating func place(_ entry: UInt32, _ hash: Int) {
        var index = hash & (slots.count - 1)
        for _ in 0..<Self.maximumProbes {
            if slots[index] >= Self.removed {
                if slots[index] == Self.empty { used += 1 }
                slots[index] = entry
                return
            }
            index = (index + 1) & (slots.count - 1)
        }
    }

    private mutating func grow(_ message: [UInt8]) {
        let former = slots
        slots = Array(repeating: Self.empty, count: max(64, former.count * 2))
        used = 0
        for entry in former where entry < Self.removed {
            let parent = UInt16(truncatingIfNeeded: entry)
            place(entry, hash(message, Int(entry >> 16), parent))
        }
    }

    private func hash(_ octets: [UInt8], _ label: Int, _ parent: UInt16) -> Int {
        var hash = seed ^ UInt64(parent)
        for index in label...(label + Int(octets[label])) {
            hash = (hash ^ UInt64(CaseFolding.lower(octets[index]))) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        return Int(truncatingIfNeeded: hash >> 17)
    }

    private static func equal(_ left: [UInt8], _ leftLabel: Int, _ right: [UInt8], _ rightLabel: Int) -> Bool {
        let length = Int(left[leftLabel])
        guard length == Int(right[rightLabel]) else { return false }
        for index in 0..<length
        where CaseFolding.lower(left[leftLabel + 1 + index]) != CaseFolding.lower(right[rightLabel + 1 + index]) {
            return false
        }
        return true
    }
}
