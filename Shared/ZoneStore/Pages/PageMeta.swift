// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

/// The root of one of the file's trees, as a meta page or the tree of names has it (`MDB_db`).
struct PageRoot: Equatable {
    /// Octets of the file's form.
    static let length = 48

    let flags: UInt16
    let depth: UInt16
    let branchPages: UInt64
    let leafPages: UInt64
    let overflowPages: UInt64
    let entries: UInt64
    let page: UInt64

    /// Whether the tree has no page at all.
    var isEmpty: Bool { page == .max }

    /// The root in 48 octets; nil for another number.
    init?(_ octets: UnsafeRawBufferPointer) {
        guard octets.count == Self.length else { return nil }
        flags = unsafe octets.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
        depth = unsafe octets.loadUnaligned(fromByteOffset: 6, as: UInt16.self)
        branchPages = unsafe octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        leafPages = unsafe octets.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        overflowPages = unsafe octets.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        entries = unsafe octets.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
        page = unsafe octets.loadUnaligned(fromByteOffset: 40, as: UInt64.self)
    }
}

/// One of the two first pages of an LMDB file (`MDB_meta`): what the file was after a transaction.
struct PageMeta: Equatable {
    private static let magic: UInt32 = 0xBEEF_C0DE
    private static let dataVersion: UInt32 = 1
    private static let pageFlag: UInt16 = 0x08
    /// How often a page may be read to find one in it: LMDB writes only the one that is older.
    private static let headerLength = 16
    private static let length = 136

    let pageSize: Int
    /// The pages that may be used again.
    let free: PageRoot
    /// The names of the databases.
    let main: PageRoot
    let lastPage: UInt64
    let transaction: UInt64

    /// The meta page in the first octets of `page`.
    private init(_ page: UnsafeRawBufferPointer, number: UInt64) throws(PageDamage) {
        guard page.count >= Self.headerLength + Self.length,
            unsafe page.loadUnaligned(fromByteOffset: 10, as: UInt16.self) == Self.pageFlag,
            unsafe page.loadUnaligned(fromByteOffset: 16, as: UInt32.self) == Self.magic,
            let free = unsafe PageRoot(UnsafeRawBufferPointer(rebasing: page[40..<88])),
            let main = unsafe PageRoot(UnsafeRawBufferPointer(rebasing: page[88..<136]))
        else { throw PageDamage(page: number, reason: "does not begin an LMDB file") }
        guard unsafe page.loadUnaligned(fromByteOffset: 20, as: UInt32.self) == Self.dataVersion else {
            throw PageDamage(page: number, reason: "is of another version of LMDB")
        }
        let size = unsafe page.loadUnaligned(fromByteOffset: 40, as: UInt32.self)
        guard 512...65_536 ~= size, size & (size - 1) == 0, free.flags == 0x08, main.flags == 0 else {
            throw PageDamage(page: number, reason: "has impossible settings")
        }
        pageSize = Int(size)
        self.free = free
        self.main = main
        lastPage = unsafe page.loadUnaligned(fromByteOffset: 136, as: UInt64.self)
        transaction = unsafe page.loadUnaligned(fromByteOffset: 144, as: UInt64.self)
    }

    /// Both meta pages of a file, the newer one first. Its pages all lie within the file.
    static func read(descriptor: Int32) throws(PageDamage) -> (newest: PageMeta, other: PageMeta) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw PageDamage(page: 0, reason: "cannot be read") }
        let first = try read(descriptor, number: 0, at: 0)
        let second = try read(descriptor, number: 1, at: first.pageSize)
        guard first.pageSize == second.pageSize else { throw PageDamage(page: 1, reason: "has impossible settings") }
        // LMDB takes the first when both are of one transaction.
        let (newest, other) = first.transaction < second.transaction ? (second, first) : (first, second)
        guard newest.lastPage >= 1, newest.lastPage < UInt64(Int64.max) / UInt64(newest.pageSize),
            (newest.lastPage + 1) * UInt64(newest.pageSize) <= UInt64(clamping: status.st_size)
        else { throw PageDamage(page: newest.lastPage, reason: "is missing: the file was cut short") }
        return (newest, other)
    }

    private static func read(_ descriptor: Int32, number: UInt64, at offset: Int) throws(PageDamage) -> PageMeta {
        try unsafe withUnsafeTemporaryAllocation(byteCount: headerLength + length, alignment: 8) {
            (buffer: UnsafeMutableRawBufferPointer) throws(PageDamage) in
            let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            guard count == buffer.count else {
                throw PageDamage(page: number, reason: "is missing: the file was cut short")
            }
            return try unsafe PageMeta(UnsafeRawBufferPointer(buffer), number: number)
        }
    }
}
