// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

/// What is done with each entry of a tree.
protocol PageVisitor {
    /// Takes one entry, valid for this call only; false ends the walk.
    mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) throws(PageDamage) -> Bool
}

/// A walk over one tree of an LMDB file in the order of its keys that believes nothing.
///
/// Every page is what its place in the tree says, is used once, and has its keys in order, within what the pages above
/// say; every octet that is looked at lies within its page; a whole walk finds as many pages and entries as the root
/// tells of. A file whose trees pass cannot lead LMDB astray.
@safe
struct PageTree: ~Copyable {
    /// How entries are compared.
    enum Order {
        /// Bytewise, the shorter first.
        case bytes
        /// As eight octets of one number (`MDB_INTEGERKEY`).
        case numbers
    }

    private static let headerLength = 16
    private static let nodeLength = 8
    private static let branchFlag: UInt16 = 0x01
    private static let leafFlag: UInt16 = 0x02
    private static let overflowFlag: UInt16 = 0x04
    /// LMDB's own bound on the depth of trees.
    private static let maximumDepth = 32

    private let root: PageRoot
    private let order: Order
    /// What the flags of all entries are, but for the one of large values.
    private let entryFlags: UInt16
    private let range: Range?
    // SAFETY: one page a level, allocated when the level is first reached and freed in deinit.
    private var levels: [UnsafeMutableRawBufferPointer] = unsafe []
    // SAFETY: room for the largest value met so far, freed in deinit.
    private var overflow: UnsafeMutableRawBufferPointer = unsafe .init(start: nil, count: 0)
    private var previous: [UInt8] = []
    private var hasPrevious = false
    private var leafPages: UInt64 = 0
    private var branchPages: UInt64 = 0
    private var overflowPages: UInt64 = 0
    private var entries: UInt64 = 0

    /// The tree with this root; in the tree of names all entries are roots, in the others none.
    init(_ root: PageRoot, order: Order = .bytes, holdsRoots: Bool = false) {
        self.root = root
        self.order = order
        entryFlags = holdsRoots ? 2 : 0
        range = nil
    }

    /// The entries of the tree whose keys begin with `prefix`. Only the pages on the way to them are read, and neither
    /// their use nor their number is checked.
    init(_ root: PageRoot, prefix: [UInt8]) {
        self.root = root
        order = .bytes
        entryFlags = 0
        range = .prefix(prefix)
    }

    /// The entries of the tree whose keys come after `key`, or all when it is nil; as little is checked.
    init(_ root: PageRoot, after key: [UInt8]?) {
        self.root = root
        order = .bytes
        entryFlags = 0
        range = .after(key ?? [])
    }

    /// Which entries are visited.
    private enum Range {
        case prefix([UInt8])
        case after([UInt8])
    }

    deinit {
        for index in unsafe levels.indices { unsafe levels[index].deallocate() }
        unsafe overflow.deallocate()
    }

    /// Visits all entries; `used` gets every page that the tree has and must not have had it before.
    mutating func walk(
        _ file: inout PageFile,
        used: inout PageSet,
        _ visitor: inout some PageVisitor
    ) throws(PageDamage) {
        guard !root.isEmpty else {
            guard root.entries == 0, root.depth == 0 else {
                throw PageDamage(page: 0, reason: "has an impossible tree")
            }
            return
        }
        guard 1...Self.maximumDepth ~= Int(root.depth) else {
            throw PageDamage(page: root.page, reason: "is the root of a tree of impossible depth")
        }
        let isComplete = try descend(root.page, level: 1, &file, &used, &visitor)
        guard isComplete, range == nil else { return }
        guard leafPages == root.leafPages, branchPages == root.branchPages, overflowPages == root.overflowPages,
            entries == root.entries
        else { throw PageDamage(page: root.page, reason: "is the root of a tree that is not whole") }
    }

    private mutating func descend(
        _ number: UInt64,
        level: Int,
        _ file: inout PageFile,
        _ used: inout PageSet,
        _ visitor: inout some PageVisitor
    ) throws(PageDamage) -> Bool {
        guard range != nil || used.insert(number) else { throw PageDamage(page: number, reason: "is used twice") }
        while unsafe levels.count < level {
            unsafe levels.append(.allocate(byteCount: file.pageSize, alignment: 4096))
        }
        let page = unsafe levels[level - 1]
        try unsafe file.read(number, to: page)
        let octets = UnsafeRawBufferPointer(page)
        let count = try unsafe Self.check(octets, number, isLeaf: level == Int(root.depth))
        if level == Int(root.depth) {
            leafPages += 1
            entries += UInt64(count)
            for index in 0..<count {
                guard try unsafe visitLeaf(octets, number, index, &file, &used, &visitor) else { return false }
            }
            return true
        }
        branchPages += 1
        for index in 0..<count {
            let (child, key) = try unsafe Self.branch(octets, number, index)
            if let range {
                if index > 0, unsafe place(of: key, in: range) == .behind { return true }
                if index + 1 < count {
                    let next = try unsafe Self.branch(octets, number, index + 1).key
                    if unsafe place(of: next, in: range) == .inFront { continue }
                }
            }
            // The first key of a branch page stands for "from the beginning" and is not looked at by searches.
            if index > 0, hasPrevious || range == nil {
                guard try unsafe isBehindPrevious(key, orSame: false) else {
                    throw PageDamage(page: number, reason: "has keys that are not those of the pages below")
                }
                unsafe setLowerBound(key)
            }
            guard try descend(child, level: level + 1, &file, &used, &visitor) else { return false }
        }
        return true
    }

    private enum Place {
        case inFront, within, behind
    }

    /// Where a key stands to those of the range. A key that is the beginning of the prefix stands in front.
    private func place(of key: UnsafeRawBufferPointer, in range: Range) -> Place {
        switch range {
        case .prefix(let prefix):
            if unsafe key.starts(with: prefix) { return .within }
            return unsafe prefix.withUnsafeBytes { unsafe Self.compare(key, $0, .bytes) } < 0 ? .inFront : .behind
        case .after(let first):
            return unsafe first.withUnsafeBytes { unsafe Self.compare(key, $0, .bytes) } <= 0 ? .inFront : .within
        }
    }

    private var lowerBound: [UInt8] = []

    private mutating func setLowerBound(_ key: UnsafeRawBufferPointer) {
        lowerBound.removeAll(keepingCapacity: true)
        unsafe lowerBound.append(contentsOf: key)
    }

    /// Whether `key` sorts behind the entry visited last.
    private func isBehindPrevious(_ key: UnsafeRawBufferPointer, orSame: Bool) throws(PageDamage) -> Bool {
        guard hasPrevious else { return true }
        return unsafe previous.withUnsafeBytes { unsafe Self.compare($0, key, order) } < (orSame ? 1 : 0)
    }

    private mutating func visitLeaf(
        _ page: UnsafeRawBufferPointer,
        _ number: UInt64,
        _ index: Int,
        _ file: inout PageFile,
        _ used: inout PageSet,
        _ visitor: inout some PageVisitor
    ) throws(PageDamage) -> Bool {
        let node = try unsafe Self.node(page, number, index)
        let size = unsafe Self.size(of: node)
        let flags = unsafe node.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
        let keyLength = unsafe Int(node.loadUnaligned(fromByteOffset: 6, as: UInt16.self))
        let isLarge = flags & 1 != 0
        let inPage = isLarge ? 8 : size
        guard flags & ~1 == entryFlags, keyLength <= 511, node.count >= Self.nodeLength + keyLength + inPage else {
            throw PageDamage(page: number, reason: "has an entry that does not lie within it")
        }
        if order == .numbers, keyLength != 8 { throw PageDamage(page: number, reason: "has a key of the wrong length") }
        let key = unsafe UnsafeRawBufferPointer(rebasing: node[Self.nodeLength..<Self.nodeLength + keyLength])
        guard try unsafe isBehindPrevious(key, orSame: false) else {
            throw PageDamage(page: number, reason: "has keys out of order")
        }
        if !lowerBound.isEmpty {
            guard unsafe lowerBound.withUnsafeBytes({ unsafe Self.compare($0, key, order) }) <= 0 else {
                throw PageDamage(page: number, reason: "has keys that are not those of the pages above")
            }
            lowerBound.removeAll(keepingCapacity: true)
        }
        previous.removeAll(keepingCapacity: true)
        unsafe previous.append(contentsOf: key)
        hasPrevious = true
        if let range {
            switch unsafe place(of: key, in: range) {
            case .inFront: return true
            case .within: break
            case .behind: return false
            }
        }
        let start = Self.nodeLength + keyLength
        if !isLarge {
            return try unsafe visitor.visit(
                key: key,
                value: UnsafeRawBufferPointer(rebasing: node[start..<start + size])
            )
        }
        let first = unsafe node.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        try readOverflow(first, size: size, &file, &used)
        let value = unsafe UnsafeRawBufferPointer(rebasing: overflow[Self.headerLength..<Self.headerLength + size])
        return try unsafe visitor.visit(key: key, value: value)
    }

    /// Reads the pages of a value that has pages of its own.
    private mutating func readOverflow(
        _ first: UInt64,
        size: Int,
        _ file: inout PageFile,
        _ used: inout PageSet
    ) throws(PageDamage) {
        let count = UInt64((Self.headerLength + size + file.pageSize - 1) / file.pageSize)
        guard first <= file.lastPage, count <= file.lastPage - first + 1 else {
            throw PageDamage(page: first, reason: "does not lie within the file")
        }
        for page in first..<first + count where range == nil && !used.insert(page) {
            throw PageDamage(page: page, reason: "is used twice")
        }
        let octets = Int(count) * file.pageSize
        if unsafe overflow.count < octets {
            unsafe overflow.deallocate()
            unsafe overflow = .allocate(byteCount: octets, alignment: 4096)
        }
        try unsafe file.read(first, count: count, to: UnsafeMutableRawBufferPointer(rebasing: overflow[..<octets]))
        guard unsafe overflow.loadUnaligned(as: UInt64.self) == first,
            unsafe overflow.loadUnaligned(fromByteOffset: 10, as: UInt16.self) == Self.overflowFlag,
            unsafe UInt64(overflow.loadUnaligned(fromByteOffset: 12, as: UInt32.self)) == count
        else { throw PageDamage(page: first, reason: "is not of a large value") }
        overflowPages += count
    }

    /// The number of entries of a branch or leaf page whose header is in order.
    private static func check(
        _ page: UnsafeRawBufferPointer,
        _ number: UInt64,
        isLeaf: Bool
    ) throws(PageDamage) -> Int {
        guard unsafe page.loadUnaligned(as: UInt64.self) == number,
            unsafe page.loadUnaligned(fromByteOffset: 10, as: UInt16.self) == (isLeaf ? leafFlag : branchFlag)
        else { throw PageDamage(page: number, reason: "is not the page that belongs there") }
        let lower = unsafe Int(page.loadUnaligned(fromByteOffset: 12, as: UInt16.self))
        let upper = unsafe Int(page.loadUnaligned(fromByteOffset: 14, as: UInt16.self))
        guard lower >= headerLength, lower <= upper, upper <= page.count, lower % 2 == 0 else {
            throw PageDamage(page: number, reason: "has impossible bounds")
        }
        let count = (lower - headerLength) / 2
        guard count >= (isLeaf ? 1 : 2) else { throw PageDamage(page: number, reason: "has too few entries") }
        // Entries fill the page from `upper` to its end without gaps; LMDB moves them by these lengths when it deletes.
        var octets = 0
        for index in 0..<count {
            let node = try unsafe node(page, number, index)
            let flags = unsafe node.loadUnaligned(fromByteOffset: 4, as: UInt16.self)
            var length = unsafe nodeLength + Int(node.loadUnaligned(fromByteOffset: 6, as: UInt16.self))
            if isLeaf {
                length += unsafe flags & 1 != 0 ? 8 : Self.size(of: node)
            }
            octets += (length + 1) & ~1
        }
        guard octets == page.count - upper else {
            throw PageDamage(page: number, reason: "has entries that overlap")
        }
        return count
    }

    /// The octets from an entry's beginning to the end of its page.
    private static func node(
        _ page: UnsafeRawBufferPointer,
        _ number: UInt64,
        _ index: Int
    ) throws(PageDamage) -> UnsafeRawBufferPointer {
        let upper = unsafe Int(page.loadUnaligned(fromByteOffset: 14, as: UInt16.self))
        let start = unsafe Int(page.loadUnaligned(fromByteOffset: headerLength + 2 * index, as: UInt16.self))
        guard start >= upper, start + nodeLength <= page.count else {
            throw PageDamage(page: number, reason: "has an entry that does not lie within it")
        }
        return unsafe UnsafeRawBufferPointer(rebasing: page[start...])
    }

    /// The length of a leaf entry's value.
    private static func size(of node: UnsafeRawBufferPointer) -> Int {
        unsafe Int(node.loadUnaligned(as: UInt16.self))
            | Int(node.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) << 16
    }

    /// The page below an entry of a branch page, and the entry's key.
    private static func branch(
        _ page: UnsafeRawBufferPointer,
        _ number: UInt64,
        _ index: Int
    ) throws(PageDamage) -> (child: UInt64, key: UnsafeRawBufferPointer) {
        let node = try unsafe node(page, number, index)
        let child =
            unsafe UInt64(node.loadUnaligned(as: UInt16.self))
            | UInt64(node.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) << 16
            | UInt64(node.loadUnaligned(fromByteOffset: 4, as: UInt16.self)) << 32
        let length = unsafe Int(node.loadUnaligned(fromByteOffset: 6, as: UInt16.self))
        guard length <= 511, node.count >= nodeLength + length else {
            throw PageDamage(page: number, reason: "has an entry that does not lie within it")
        }
        return unsafe (child, UnsafeRawBufferPointer(rebasing: node[nodeLength..<nodeLength + length]))
    }

    private static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, _ order: Order) -> Int
    {
        if order == .numbers, left.count == 8, right.count == 8 {
            let first = unsafe left.loadUnaligned(as: UInt64.self)
            let second = unsafe right.loadUnaligned(as: UInt64.self)
            return first < second ? -1 : first > second ? 1 : 0
        }
        let common = min(left.count, right.count)
        if common > 0, let mine = left.baseAddress, let theirs = right.baseAddress {
            let difference = unsafe Int(memcmp(mine, theirs, common))
            if difference != 0 { return difference }
        }
        return left.count - right.count
    }
}

/// Pages of a file that were seen.
struct PageSet {
    private var words: [UInt64]
    private let last: UInt64

    /// None of the pages up to `last` but the two meta pages.
    init(last: UInt64) {
        words = [UInt64](repeating: 0, count: Int(last / 64) + 1)
        self.last = last
        words[0] = 3
    }

    /// Adds a page; false when it is there already, or not in the file.
    mutating func insert(_ page: UInt64) -> Bool {
        guard page <= last else { return false }
        let bit: UInt64 = 1 << (page % 64)
        let index = Int(page / 64)
        guard words[index] & bit == 0 else { return false }
        words[index] |= bit
        return true
    }
}
