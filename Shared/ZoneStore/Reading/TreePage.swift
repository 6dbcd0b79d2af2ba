// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A page of one of the file's trees as it lies in the map.
///
///     octets 0-7    the page's own number
///     octets 10-11  flags: 1 for a branch, 2 for a leaf
///     octets 12-13  where the table of entries ends
///     octet 16 on   the table: where in the page each entry begins, two octets each, in the order of the keys
///     each entry    four octets, flags (two), length of the key (two), key, in a leaf the value
///
/// The four octets are the length of a leaf's value, or, with the flags, the number of the page below a branch's entry.
/// What is read lies within the page whatever the page says.
@safe
struct TreePage {
    // SAFETY: the map has `size` octets from here on, which `SnapshotPages` has checked.
    let base: UnsafeRawPointer
    private let size: Int
    /// The number of entries.
    let count: Int
    /// Whether entries have values, not pages below them.
    let isLeaf: Bool

    private static let headerLength = 16
    private static let entryHeaderLength = 8
    private static let largeValue: UInt16 = 1

    /// The page at `base`; nil when it cannot be one of a tree.
    @inline(__always)
    init?(_ base: UnsafeRawPointer, size: Int) {
        let flags = unsafe base.load(fromByteOffset: 10, as: UInt16.self)
        let end = unsafe Int(base.load(fromByteOffset: 12, as: UInt16.self))
        // LMDB leaves no page of a tree empty.
        guard flags == 1 || flags == 2, end >= Self.headerLength &+ 2, end <= size else { return nil }
        unsafe self.base = base
        self.size = size
        count = (end &- Self.headerLength) &>> 1
        isLeaf = flags == 2
    }

    /// Where an entry begins in the page, its key being within the page.
    @inline(__always)
    private func entry(_ index: Int) throws(ZoneReadError) -> (offset: Int, keyLength: Int) {
        // SAFETY: the index is below `count`, so its place in the table is in front of the table's end.
        let offset = unsafe Int(base.load(fromByteOffset: Self.headerLength &+ index &* 2, as: UInt16.self))
        guard index < count, offset &+ Self.entryHeaderLength <= size else { throw .damaged }
        let length = unsafe Int(base.loadUnaligned(fromByteOffset: offset &+ 6, as: UInt16.self))
        guard offset &+ Self.entryHeaderLength &+ length <= size else { throw .damaged }
        return (offset, length)
    }

    /// The key of an entry.
    @inline(__always)
    func key(_ index: Int) throws(ZoneReadError) -> UnsafeRawBufferPointer {
        let entry = try entry(index)
        return unsafe UnsafeRawBufferPointer(
            start: base + entry.offset + Self.entryHeaderLength,
            count: entry.keyLength
        )
    }

    /// The number of the page below an entry.
    @inline(__always)
    func child(_ index: Int) throws(ZoneReadError) -> UInt64 {
        let offset = try entry(index).offset
        let low = unsafe UInt64(base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        return unsafe low | UInt64(base.loadUnaligned(fromByteOffset: offset &+ 4, as: UInt16.self)) &<< 32
    }

    /// The value of an entry.
    @inline(__always)
    func value(_ index: Int, of pages: SnapshotPages) throws(ZoneReadError) -> UnsafeRawBufferPointer {
        let entry = try entry(index)
        let length = unsafe Int(base.loadUnaligned(fromByteOffset: entry.offset, as: UInt32.self))
        let flags = unsafe base.loadUnaligned(fromByteOffset: entry.offset &+ 4, as: UInt16.self)
        let start = entry.offset &+ Self.entryHeaderLength &+ entry.keyLength
        if flags == 0 {
            guard start &+ length <= size else { throw .damaged }
            return unsafe UnsafeRawBufferPointer(start: base + start, count: length)
        }
        guard flags == Self.largeValue, start &+ 8 <= size else { throw .damaged }
        return try unsafe pages.largeValue(base.loadUnaligned(fromByteOffset: start, as: UInt64.self), length: length)
    }

    /// The first entry from `low` on and in front of `high` whose key is not in front of `wanted`; `high` when all are.
    @inline(__always)
    func lowerBound(
        _ wanted: UnsafeRawBufferPointer,
        from low: Int,
        to high: Int
    ) throws(ZoneReadError) -> (index: Int, isExact: Bool) {
        var low = low
        var high = high
        while low < high {
            let middle = (low &+ high) &>> 1
            let order = try unsafe Self.compare(key(middle), wanted)
            if order == 0 { return (middle, true) }
            if order < 0 { low = middle &+ 1 } else { high = middle }
        }
        return (low, false)
    }

    /// The entry from `low` to `high` below which `wanted` is, or would be: the last one whose key is not behind it. The
    /// key of the first one does not matter.
    @inline(__always)
    func branch(_ wanted: UnsafeRawBufferPointer, from low: Int, to high: Int) throws(ZoneReadError) -> Int {
        let found = try unsafe lowerBound(wanted, from: low &+ 1, to: high &+ 1)
        return found.isExact ? found.index : found.index &- 1
    }

    /// Less than, equal to or greater than 0 as `left` stands in front of `right`, is the same, or stands behind it.
    @inline(__always)
    private static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        guard let mine = left.baseAddress, let theirs = right.baseAddress else { return left.count &- right.count }
        let common = min(left.count, right.count)
        var offset = 0
        // SAFETY: both have `common` octets; eight that are read again at the end are equal but for the new ones.
        while offset &+ 8 <= common {
            let first = unsafe mine.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let second = unsafe theirs.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if first != second { return first.bigEndian < second.bigEndian ? -1 : 1 }
            offset &+= 8
        }
        if offset < common {
            if common >= 8 {
                let first = unsafe mine.loadUnaligned(fromByteOffset: common &- 8, as: UInt64.self)
                let second = unsafe theirs.loadUnaligned(fromByteOffset: common &- 8, as: UInt64.self)
                if first != second { return first.bigEndian < second.bigEndian ? -1 : 1 }
            } else {
                if common >= 4 {
                    let first = unsafe mine.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
                    let second = unsafe theirs.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
                    if first != second { return first.bigEndian < second.bigEndian ? -1 : 1 }
                    offset = 4
                }
                while offset < common {
                    let first = unsafe mine.load(fromByteOffset: offset, as: UInt8.self)
                    let second = unsafe theirs.load(fromByteOffset: offset, as: UInt8.self)
                    if first != second { return Int(first) &- Int(second) }
                    offset &+= 1
                }
            }
        }
        return left.count &- right.count
    }
}
