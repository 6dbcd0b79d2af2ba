// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB

/// The pages of a snapshot, found in the file's map without LMDB.
///
/// A look-up through LMDB's cursors takes some 1,500 instructions, and always begins at the root of the tree. The pages
/// of a snapshot do not change while it is open, so a reader can note where a zone lies and begin there, and compare
/// keys in place. LMDB still opens the snapshot, which keeps its pages from being used again, and says where the roots
/// are. The format is that of LMDB 0.9 (data version 1), which LMDB has checked when it opened the file.
@safe
struct SnapshotPages {
    // SAFETY: the start of the map, of which at least `count * size` octets are there as long as the map is not moved.
    private let base: UnsafeRawPointer
    /// Octets of a page.
    private let size: Int
    /// The number of pages.
    private let count: UInt64

    /// Octets of what the tree of names holds of a database (`MDB_db`).
    private static let recordLength = 48
    private static let headerLength = 16

    /// The pages that an open transaction sees.
    ///
    /// - Parameter record: A value of the tree of names, which lies in a page of the map.
    init?(_ environment: OpaquePointer, record: MDB_val) {
        var statistics = MDB_stat()
        var info = unsafe MDB_envinfo()
        guard unsafe mdb_env_stat(environment, &statistics) == 0, unsafe mdb_env_info(environment, &info) == 0,
            let place = unsafe record.mv_data
        else { return nil }
        size = Int(statistics.ms_psize)
        count = unsafe min(UInt64(info.me_last_pgno) &+ 1, UInt64(info.me_mapsize / size))
        // The map begins on a page of the system, which is not smaller than one of a file that this system has made.
        let page = UInt(bitPattern: place) & ~UInt(size &- 1)
        guard let start = unsafe UnsafeRawPointer(bitPattern: page) else { return nil }
        let number = unsafe start.load(as: UInt64.self)
        guard number < count, let base = unsafe UnsafeRawPointer(bitPattern: page &- UInt(number) &* UInt(size)) else {
            return nil
        }
        unsafe self.base = base
    }

    /// Pages that lie elsewhere: `count` of them, each of `size` octets, from an aligned place on.
    init(base: UnsafeRawPointer, size: Int, count: UInt64) {
        unsafe self.base = base
        self.size = size
        self.count = count
    }

    /// A page of a tree.
    @inline(__always)
    func page(_ number: UInt64) throws(ZoneReadError) -> TreePage {
        guard number < count else { throw .damaged }
        // SAFETY: the page lies within the map.
        guard let page = unsafe TreePage(base + Int(number) &* size, size: size) else { throw .damaged }
        return page
    }

    /// The page that was found at a place before.
    @inline(__always)
    func page(at place: UnsafeRawPointer) throws(ZoneReadError) -> TreePage {
        guard let page = unsafe TreePage(place, size: size) else { throw .damaged }
        return page
    }

    /// A value that has pages of its own, the first of which begins with a header.
    func largeValue(_ first: UInt64, length: Int) throws(ZoneReadError) -> UnsafeRawBufferPointer {
        let pages = UInt64((Self.headerLength &+ length &+ size &- 1) / size)
        guard first < count, pages <= count &- first else { throw .damaged }
        // SAFETY: all pages lie within the map.
        return unsafe UnsafeRawBufferPointer(start: base + Int(first) &* size + Self.headerLength, count: length)
    }

    /// Where a tree begins, by the value that the tree of names has for it; nil for an empty one.
    func root(_ record: MDB_val) throws(ZoneReadError) -> TreeRange? {
        guard unsafe record.mv_size == Self.recordLength, let record = unsafe record.mv_data else { throw .damaged }
        let number = unsafe record.loadUnaligned(fromByteOffset: 40, as: UInt64.self)
        if number == .max { return nil }
        let page = try page(number)
        return unsafe TreeRange(page: page.base, low: 0, high: page.isLeaf ? page.count : page.count &- 1)
    }

    /// The number of keys that a tree has, by the value that the tree of names has for it.
    static func entries(_ record: MDB_val) -> Int {
        guard unsafe record.mv_size == Self.recordLength, let record = unsafe record.mv_data else { return 0 }
        return unsafe Int(clamping: record.loadUnaligned(fromByteOffset: 32, as: UInt64.self))
    }
}

/// Where in a tree to look: a page, and from where to where in it.
@usableFromInline
@frozen
@safe
struct TreeRange {
    // SAFETY: a page of the snapshot that the range was made from.
    let page: UnsafeRawPointer
    /// The first entry.
    let low: Int32
    /// In a leaf, behind the last entry; in a branch, the last one.
    let high: Int32

    @inline(__always)
    init(page: UnsafeRawPointer, low: Int, high: Int) {
        unsafe self.page = page
        self.low = Int32(truncatingIfNeeded: low)
        self.high = Int32(truncatingIfNeeded: high)
    }
}
