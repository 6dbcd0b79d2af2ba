// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Checks the list of pages that may be used again: each entry is a number of pages and these, in descending order, and
/// none of them is in use, or what is written next would destroy what is there.
struct FreePageVisitor: PageVisitor {
    var used: PageSet

    mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) throws(PageDamage) -> Bool {
        guard value.count >= 8 else { throw PageDamage(page: 0, reason: "has a list of free pages that is no list") }
        let count = unsafe value.loadUnaligned(as: UInt64.self)
        // LMDB may leave room behind the list.
        guard count <= UInt64(value.count / 8 - 1) else {
            throw PageDamage(page: 0, reason: "has a list of free pages that is not whole")
        }
        var last = UInt64.max
        for index in 0..<Int(count) {
            let page = unsafe value.loadUnaligned(fromByteOffset: 8 + 8 * index, as: UInt64.self)
            guard page < last else { throw PageDamage(page: page, reason: "is out of order in the list of free pages") }
            guard used.insert(page) else { throw PageDamage(page: page, reason: "is free and in use at once") }
            last = page
        }
        return true
    }
}

/// Collects the roots of all databases.
struct RootVisitor: PageVisitor {
    var roots: [[UInt8]: PageRoot] = [:]

    mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) throws(PageDamage) -> Bool {
        guard let root = unsafe PageRoot(value), root.flags == 0 else {
            throw PageDamage(page: 0, reason: "has a database of impossible settings")
        }
        unsafe roots[[UInt8](key)] = root
        return true
    }
}
