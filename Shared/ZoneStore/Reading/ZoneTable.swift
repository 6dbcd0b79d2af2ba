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

    /// A zone in 32 octets, so that both places of one lie in a cache line.
    private struct Slot {
        /// The higher half of the hash.
        var mark: UInt32
        /// The lower half of the snapshot's number; 0 for a free place.
        var snapshot: UInt32
        /// Where the zone's value begins, which follows its key, and, in the lowest 16 bits, its length.
        var value: UInt64
        /// The page that the zone's nodes begin in, and, in the lowest 16 bits, the first entry.
        var page: UInt64
        var high: UInt16
        var keyLength: UInt16
        var apexLabels: UInt8
        var hasZonesBelow: Bool
        var hasApexWildcard: Bool
    }

    // SAFETY: `mask + 2` slots, freed when they are replaced and in deinit; a hash chooses an even one and the next. A
    // slot is initialized when its snapshot is not 0; slots need no deinitialization.
    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int
    private let seed = UInt64.random(in: .min ... .max)

    private static let smallest = 128
    private static let largest = 2 << 20

    init() {
        mask = Self.smallest - 2
        unsafe slots = Self.allocate(Self.smallest)
    }

    deinit {
        unsafe Self.free(slots, mask &+ 2)
    }

    /// Makes room for so many zones, as far as the bound allows; what it held is lost when that takes more memory.
    mutating func fit(zones: Int) {
        var count = mask &+ 2
        while count < Self.largest, count < zones &+ zones / 2 { count &*= 2 }
        guard count > mask &+ 2 else { return }
        unsafe Self.free(slots, mask &+ 2)
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
                if unsafe slots[index].mark == UInt32(truncatingIfNeeded: hash &>> 32),
                    unsafe slots[index].snapshot == UInt32(truncatingIfNeeded: snapshot),
                    unsafe !slots[index].hasZonesBelow,
                    let view = unsafe Self.view(slots[index]), key.isApex(count, view)
                {
                    return view
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
        guard let slot = Self.slot(entry, mark: UInt32(truncatingIfNeeded: hash &>> 32), snapshot: snapshot) else {
            return
        }
        let index = Int(truncatingIfNeeded: hash) & mask
        // The place of another snapshot, or else either of the two.
        var place = index &+ Int((hash &>> 31) & 1)
        if unsafe slots[index].snapshot != slot.snapshot {
            place = index
        } else if unsafe slots[index &+ 1].snapshot != slot.snapshot {
            place = index &+ 1
        }
        unsafe slots[place] = slot
    }

    /// A zone as it is kept; nil for one that cannot be, which no file of ours has.
    private static func slot(_ entry: Entry, mark: UInt32, snapshot: Int) -> Slot? {
        let view = entry.view
        guard let key = unsafe view.apexKey.baseAddress, unsafe key + view.apexKey.count == view.base,
            view.count <= UInt16.max, view.range.low >= 0, view.range.low <= UInt16.max,
            view.range.high >= 0, view.range.high <= UInt16.max
        else { return nil }
        // Addresses of a process have 47 bits.
        let value = unsafe UInt64(UInt(bitPattern: view.base))
        let page = unsafe UInt64(UInt(bitPattern: view.range.page))
        guard (value | page) &>> 48 == 0 else { return nil }
        return Slot(
            mark: mark,
            snapshot: UInt32(truncatingIfNeeded: snapshot),
            value: value &<< 16 | UInt64(view.count),
            page: page &<< 16 | UInt64(view.range.low),
            high: UInt16(view.range.high),
            keyLength: unsafe UInt16(view.apexKey.count),
            apexLabels: UInt8(view.apexLabels),
            hasZonesBelow: entry.hasZonesBelow,
            hasApexWildcard: view.hasApexWildcard
        )
    }

    /// The zone that a place holds.
    @inline(__always)
    private static func view(_ slot: Slot) -> ZoneView? {
        // SAFETY: both were made from pointers of the snapshot that is being looked at, and are not null.
        guard let base = unsafe UnsafeRawPointer(bitPattern: UInt(slot.value &>> 16)),
            let page = unsafe UnsafeRawPointer(bitPattern: UInt(slot.page &>> 16))
        else { return nil }
        let range = unsafe TreeRange(page: page, low: Int(slot.page & 0xFFFF), high: Int(slot.high))
        guard
            var view = unsafe ZoneView(
                UnsafeRawBufferPointer(start: base, count: Int(slot.value & 0xFFFF)),
                apexKey: UnsafeRawBufferPointer(start: base - Int(slot.keyLength), count: Int(slot.keyLength)),
                apexLabels: Int(slot.apexLabels),
                range: range
            )
        else { return nil }
        view.hasApexWildcard = slot.hasApexWildcard
        return view
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Slot> {
        // Zeroed, none of them of a snapshot; pages that no zone gets into take no memory.
        let memory = unsafe mmap(
            nil,
            count * MemoryLayout<Slot>.stride,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS,
            -1,
            0
        )
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
            preconditionFailure("no memory for a table of zones")
        }
        return unsafe memory.bindMemory(to: Slot.self, capacity: count)
    }

    private static func free(_ slots: UnsafeMutablePointer<Slot>, _ count: Int) {
        unsafe munmap(slots, count * MemoryLayout<Slot>.stride)
    }
}
