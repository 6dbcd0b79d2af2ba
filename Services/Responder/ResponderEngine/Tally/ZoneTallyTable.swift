// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CDatagram
internal import Glibc

/// Counts by zone in a fixed block of memory, pages of which are there from their first use on.
///
///     line 0         number of lines behind it less one (8 octets), queries that found no place (8), 48 octets unused
///     further lines  eight counters of eight octets: the zone in the low half (0 for a free one), its count in the other
///
/// A zone's counter stands in the cache line that a hash chooses, or in one of those that follow.
@safe
struct ZoneTallyTable {
    // SAFETY: the map that `init` made, which is there until `release`.
    private let base: UnsafeMutableRawPointer
    private let mask: UInt32
    private let shift: UInt32

    private static let lineSize = 64
    private static let ways = 8
    /// Lines that a zone may be in. With half of the counters in use more than two are hardly ever looked at.
    private static let reach: UInt32 = 8
    private static let smallest = 16
    private static let largest = 1 << 20

    /// The lines that so many zones need for about half of their counters to be used.
    static func lines(zones: Int) -> Int {
        var lines = smallest
        while lines < largest, lines &* 4 < zones { lines &*= 2 }
        return lines
    }

    /// A table of so many lines, a power of two; nil when there is no memory.
    init?(lines: Int) {
        let size = (lines + 1) * Self.lineSize
        let memory = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { return nil }
        unsafe memory.storeBytes(of: UInt64(lines - 1), as: UInt64.self)
        unsafe self.init(memory)
    }

    /// The table whose address is this.
    init?(address: UInt) {
        guard let base = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return nil }
        unsafe self.init(base)
    }

    private init(_ base: UnsafeMutableRawPointer) {
        unsafe self.base = base
        mask = unsafe UInt32(truncatingIfNeeded: base.load(as: UInt64.self))
        shift = UInt32(truncatingIfNeeded: mask.leadingZeroBitCount)
    }

    /// What names the table.
    var address: UInt { unsafe UInt(bitPattern: base) }
    var lines: Int { Int(mask) + 1 }

    /// Gives the memory back.
    func release() {
        unsafe munmap(base, (lines + 1) * Self.lineSize)
    }

    @inline(__always)
    private func first(_ zone: UInt32) -> UInt32 {
        // Ids that follow each other come to lie evenly (Fibonacci hashing).
        (zone &* 0x9E37_79B1) &>> shift
    }

    @inline(__always)
    private func line(_ index: UInt32) -> UnsafeMutableRawPointer {
        unsafe base + (Int(index & mask) &+ 1) &* Self.lineSize
    }

    /// Begins to bring a zone's counter near.
    @inline(__always)
    func prefetch(_ zone: UInt32) {
        unsafe cdatagram_prefetch(line(first(zone)))
    }

    /// Counts a query for a zone other than 0.
    @inline(__always)
    func add(_ zone: UInt32) {
        let start = first(zone)
        for step in 0..<Self.reach {
            let line = unsafe line(start &+ step)
            for way in 0..<Self.ways {
                // SAFETY: a line's number is masked, a way below `ways`.
                let word = unsafe line.load(fromByteOffset: way &* 8, as: UInt64.self)
                guard UInt32(truncatingIfNeeded: word) == zone || word == 0 else { continue }
                unsafe line.storeBytes(of: (word | UInt64(zone)) &+ 1 << 32, toByteOffset: way &* 8, as: UInt64.self)
                return
            }
        }
        unsafe base.storeBytes(of: base.load(fromByteOffset: 8, as: UInt64.self) &+ 1, toByteOffset: 8, as: UInt64.self)
    }

    /// Adds all counts to `counts`, and gives the number of queries that found no place; all are zero after it.
    func drain(into counts: inout [UInt32: UInt64]) -> UInt64 {
        for index in 0..<lines {
            let line = unsafe line(UInt32(truncatingIfNeeded: index))
            for way in 0..<Self.ways {
                let word = unsafe line.load(fromByteOffset: way * 8, as: UInt64.self)
                guard word != 0 else { break }
                counts[UInt32(truncatingIfNeeded: word), default: 0] += word >> 32
            }
        }
        let missed = unsafe base.load(fromByteOffset: 8, as: UInt64.self)
        // Pages that are given back are zero when they are next used.
        unsafe madvise(base, (lines + 1) * Self.lineSize, MADV_DONTNEED)
        unsafe base.storeBytes(of: UInt64(mask), as: UInt64.self)
        return missed
    }
}
