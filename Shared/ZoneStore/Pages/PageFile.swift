// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

/// What is wrong with the pages of a file.
struct PageDamage: Error {
    /// The page; 0 when it is the file as a whole.
    let page: UInt64
    /// What is wrong with it, as words behind "page n".
    let reason: StaticString

    /// As callers see it.
    func storeError(path: String) -> ZoneStoreError {
        .corrupt(path: path, reason: "page \(page) \(reason)")
    }
}

/// The pages of an LMDB file, read without LMDB and without its map: LMDB trusts what its pages say and would follow a
/// damaged one out of the map, and a page that is read through the map stays in the process's resident memory.
///
/// What is read is the file of a snapshot whose reader slot the caller holds, or one that nobody writes.
@safe
struct PageFile: ~Copyable {
    /// How many pages are read at once when pages are asked for one after another.
    private static let readAhead = 16

    private let descriptor: Int32
    /// Octets of a page.
    let pageSize: Int
    /// The last page that the file may refer to.
    let lastPage: UInt64
    // SAFETY: `readAhead` pages, allocated in init and freed in deinit.
    private let ahead: UnsafeMutableRawBufferPointer
    private var aheadStart: UInt64 = 0
    private var aheadCount: UInt64 = 0
    private var lastRead: UInt64 = 0

    /// The file of `descriptor`, which stays the caller's.
    init(descriptor: Int32, pageSize: Int, lastPage: UInt64) {
        self.descriptor = descriptor
        self.pageSize = pageSize
        self.lastPage = lastPage
        unsafe ahead = .allocate(byteCount: pageSize * Self.readAhead, alignment: 4096)
    }

    deinit {
        unsafe ahead.deallocate()
    }

    /// Reads the `count` pages from `page` on to `buffer`, which has room for them.
    mutating func read(
        _ page: UInt64,
        count: UInt64 = 1,
        to buffer: UnsafeMutableRawBufferPointer
    ) throws(PageDamage) {
        guard page <= lastPage, count <= lastPage - page + 1 else {
            throw PageDamage(page: page, reason: "does not lie within the file")
        }
        guard count == 1, let target = buffer.baseAddress else {
            try unsafe fill(buffer, from: page, octets: Int(count) * pageSize)
            return
        }
        if page < aheadStart || page - aheadStart >= aheadCount {
            // One page at a time unless they are asked for in their order.
            let wanted = page == lastRead &+ 1 ? min(UInt64(Self.readAhead), lastPage - page + 1) : 1
            aheadCount = 0
            try unsafe fill(ahead, from: page, octets: Int(wanted) * pageSize)
            aheadStart = page
            aheadCount = wanted
        }
        lastRead = page
        guard let source = unsafe ahead.baseAddress else { return }
        // SAFETY: the page lies within what was read ahead; the caller's buffer has room for one.
        unsafe memcpy(target, source + Int(page - aheadStart) * pageSize, pageSize)
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from page: UInt64, octets: Int) throws(PageDamage) {
        guard octets <= buffer.count, let start = buffer.baseAddress else {
            throw PageDamage(page: page, reason: "is longer than announced")
        }
        var done = 0
        while done < octets {
            let count = unsafe pread(
                descriptor,
                start + done,
                octets - done,
                off_t(page) * off_t(pageSize) + off_t(done)
            )
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw PageDamage(page: page, reason: "cannot be read") }
            guard count > 0 else { throw PageDamage(page: page, reason: "lies behind the end of the file") }
            done += count
        }
    }
}
