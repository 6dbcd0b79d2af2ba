// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

/// Zones that were found lately, by the hash of their apex: most look-ups of a zone end here, without a tree.
///
/// It has a bounded number of places, of which a zone may be in two. What was found in another snapshot does not count.
@safe
struct ZoneTable: ~Copyable {
    /// A zone that was found.
    @safe
    struct Entry {
        let view: ZoneView
        /// Whether there are zones below this one, so that a name in it may belong to one of them.
        let hasZonesBelow: Bool
    }

    private struct Slot {
        var hash: UInt64
        /// The snapshot; 0 for a free place.
        var snapshot: Int
        var entry: Entry
    }

    // SAFETY: `mask + 2` slots, freed when they are replaced and in deinit; a hash chooses an even one and the next. A
    // slot is initialized when its snapshot is not 0; slots need no deinitialization.
    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int
    private let seed = UInt64.random(in: .min ... .max)

    private static let smallest = 64
    private static let largest = 32_768

    init() {
        mask = Self.smallest - 2
        unsafe slots = Self.allocate(Self.smallest)
    }

    deinit {
        unsafe free(slots)
    }

    /// Makes room for so many zones, as far as the bound allows; what it held is lost when that takes more memory.
    mutating func fit(zones: Int) {
        var count = mask &+ 2
        while count < Self.largest, count < zones &+ zones / 2 { count &*= 2 }
        guard count > mask &+ 2 else { return }
        unsafe free(slots)
        unsafe slots = Self.allocate(count)
        mask = count - 2
    }

    /// The zone with the longest apex that the last `labels` labels of `key` lie at or below, if that is known.
    @inline(__always)
    func find(_ key: borrowing LookupKey, labels: Int, snapshot: Int) -> ZoneView? {
        var hash = seed
        var count = 1
        // From the shortest apex on: the first zone without others below is the one.
        while count <= labels {
            hash = key.hash(hash, label: count)
            var index = Int(truncatingIfNeeded: hash) & mask
            for _ in 0..<2 {
                if unsafe slots[index].hash == hash, unsafe slots[index].snapshot == snapshot,
                    unsafe !slots[index].entry.hasZonesBelow, unsafe key.isApex(count, slots[index].entry.view)
                {
                    return unsafe slots[index].entry.view
                }
                index &+= 1
            }
            count &+= 1
        }
        return nil
    }

    /// Keeps a zone that was found for `key`.
    func insert(_ entry: Entry, _ key: borrowing LookupKey, snapshot: Int) {
        var hash = seed
        var count = 1
        while count <= entry.view.apexLabels {
            hash = key.hash(hash, label: count)
            count &+= 1
        }
        let index = Int(truncatingIfNeeded: hash) & mask
        // The place of another snapshot, or else either of the two.
        var place = index &+ Int(hash &>> 63)
        if unsafe slots[index].snapshot != snapshot {
            place = index
        } else if unsafe slots[index &+ 1].snapshot != snapshot {
            place = index &+ 1
        }
        unsafe (slots + place).initialize(to: Slot(hash: hash, snapshot: snapshot, entry: entry))
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Slot> {
        let size = count * MemoryLayout<Slot>.stride
        var block: UnsafeMutableRawPointer?
        guard unsafe posix_memalign(&block, 64, size) == 0, let memory = unsafe block else {
            preconditionFailure("no memory for a table of zones")
        }
        // No slot is of a snapshot.
        unsafe memset(memory, 0, size)
        return unsafe memory.bindMemory(to: Slot.self, capacity: count)
    }
}
