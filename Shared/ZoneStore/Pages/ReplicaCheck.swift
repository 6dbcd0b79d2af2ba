// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What is wrong with values of a file whose pages are in order.
struct ReplicaFindings {
    /// Keys of zones' records that are damaged.
    var records: [[UInt8]] = []
    /// Keys and numbers of zones of which a node is damaged or missing, or one too many is there.
    var zones: [(key: [UInt8], number: UInt64)] = []
    /// Numbers that nodes have and no zone.
    var orphans: [UInt64] = []
    /// Numbers of zones whose history is damaged.
    var histories: [UInt64] = []
    /// Whether what is kept of the stream is damaged.
    var isLogDamaged = false
    /// Whether what the store knows of itself is damaged.
    var isMetaDamaged = false
    /// The greatest number of a zone or node.
    var greatestNumber: UInt64 = 0

    /// Whether nothing is wrong.
    var isEmpty: Bool {
        records.isEmpty && zones.isEmpty && orphans.isEmpty && histories.isEmpty && !isMetaDamaged
            && !isLogDamaged
    }
}

/// A check of a whole file: its pages, and the checksums of everything on them.
///
/// What passes is what was written: keys are under the checksums of their values, and each zone's record has the sum of
/// its nodes' checksums, so that none is missing either.
enum ReplicaCheck {
    /// Checks the file of `descriptor` as `meta` describes it. Damaged pages are thrown, damaged values are found.
    static func run(descriptor: Int32, meta: PageMeta) throws(PageDamage) -> ReplicaFindings {
        var file = PageFile(descriptor: descriptor, pageSize: meta.pageSize, lastPage: meta.lastPage)
        var used = PageSet(last: meta.lastPage)
        var names = RootVisitor()
        var main = PageTree(meta.main, holdsRoots: true)
        try main.walk(&file, used: &used, &names)
        func root(_ name: String) -> PageRoot? { names.roots[Array(name.utf8)] }

        var findings = ReplicaFindings()
        var format = FormatVisitor()
        if let root = root(LMDBEnvironment.Database.meta) {
            var tree = PageTree(root)
            try tree.walk(&file, used: &used, &format)
        }
        // Of another version only the way to find that out has to be in order.
        guard format.version == ZoneStore.formatVersion else { return findings }
        findings.isMetaDamaged = format.isDamaged

        var nodes = NodeVisitor()
        var hashes = NodeVisitor()
        var history = NodeVisitor()
        try walk(root(LMDBEnvironment.Database.nodes), &file, &used, &nodes)
        try walk(root(LMDBEnvironment.Database.nsec3), &file, &used, &hashes)
        try walk(root(LMDBEnvironment.Database.history), &file, &used, &history)
        var zones = ZoneVisitor(nodes: nodes.sums, hashes: hashes.sums)
        try walk(root(LMDBEnvironment.Database.zones), &file, &used, &zones)
        var log = ChecksumVisitor()
        for name in [LMDBEnvironment.Database.log, LMDBEnvironment.Database.generations] {
            if let root = root(name) {
                var tree = PageTree(root)
                try tree.walk(&file, used: &used, &log)
            }
        }
        findings.isLogDamaged = log.isDamaged
        var free = FreePageVisitor(used: used)
        var freeTree = PageTree(meta.free, order: .numbers)
        // The tree's own pages count as used before what it lists is looked at.
        var freeUsed = used
        try freeTree.walk(&file, used: &freeUsed, &free)

        findings.records = zones.damaged
        findings.zones = zones.unsound
        findings.orphans = zones.orphans
        findings.histories = history.sums.filter(\.isDamaged).map(\.number)
        findings.greatestNumber = zones.greatestNumber
        return findings
    }

    private static func walk(
        _ root: PageRoot?,
        _ file: inout PageFile,
        _ used: inout PageSet,
        _ visitor: inout some PageVisitor
    ) throws(PageDamage) {
        guard let root else { throw PageDamage(page: 0, reason: "has not all databases") }
        var tree = PageTree(root)
        try tree.walk(&file, used: &used, &visitor)
    }
}

/// Finds whether a value does not match its checksum.
private struct ChecksumVisitor: PageVisitor {
    var isDamaged = false

    mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) throws(PageDamage) -> Bool {
        if unsafe !ValueChecksum.matches(key: key, value: value) { isDamaged = true }
        return true
    }
}

/// Finds the version of the format, and whether what stands beside it is damaged.
private struct FormatVisitor: PageVisitor {
    var version: UInt32?
    var isDamaged = false

    mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) throws(PageDamage) -> Bool {
        if unsafe key.elementsEqual(MetaKey.format) {
            if value.count == 4 { version = unsafe UInt32(bigEndian: value.loadUnaligned(as: UInt32.self)) }
        } else if unsafe !ValueChecksum.matches(key: key, value: value) {
            isDamaged = true
        }
        return true
    }
}

/// Holds what the zones' records say of their nodes against the nodes.
private struct ZoneVisitor: PageVisitor {
    private var nodes: NodeSums
    private var hashes: NodeSums
    private(set) var damaged: [[UInt8]] = []
    private(set) var unsound: [(key: [UInt8], number: UInt64)] = []
    private var greatest: UInt64 = 0

    init(nodes: [NodeVisitor.Sum], hashes: [NodeVisitor.Sum]) {
        self.nodes = NodeSums(nodes)
        self.hashes = NodeSums(hashes)
    }

    /// Numbers that nodes have and no zone.
    var orphans: [UInt64] { Set(nodes.untaken + hashes.untaken).sorted() }

    /// The greatest number of all.
    var greatestNumber: UInt64 { max(greatest, nodes.greatest, hashes.greatest) }

    mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) throws(PageDamage) -> Bool {
        guard unsafe ValueChecksum.matches(key: key, value: value), value.count >= ZoneRecord.headerLength else {
            unsafe damaged.append([UInt8](key))
            return true
        }
        let number = unsafe UInt64(bigEndian: value.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        let wanted = unsafe UInt64(bigEndian: value.loadUnaligned(fromByteOffset: 56, as: UInt64.self))
        let node = nodes.take(number)
        let hash = hashes.take(number)
        // Every zone has an apex, so that a second one of the same number finds nothing left.
        if node == nil || node?.isDamaged == true || hash?.isDamaged == true
            || (node?.sum ?? 0) &+ (hash?.sum ?? 0) != wanted
        {
            unsafe unsound.append(([UInt8](key), number))
        }
        greatest = max(greatest, number)
        return true
    }
}

/// Sums by number, each of which is taken once.
private struct NodeSums {
    private let sums: [NodeVisitor.Sum]
    private var isTaken: [Bool]

    init(_ sums: [NodeVisitor.Sum]) {
        self.sums = sums
        isTaken = [Bool](repeating: false, count: sums.count)
    }

    var greatest: UInt64 { sums.last?.number ?? 0 }

    /// The numbers of the sums that were not taken.
    var untaken: [UInt64] { sums.indices.filter { !isTaken[$0] }.map { sums[$0].number } }

    mutating func take(_ number: UInt64) -> NodeVisitor.Sum? {
        guard let index = index(of: number), !isTaken[index] else { return nil }
        isTaken[index] = true
        return sums[index]
    }

    private func index(of number: UInt64) -> Int? {
        guard let first = sums.first?.number, number >= first else { return nil }
        // Numbers have few gaps: the place that it would have without any is most often the right one.
        let guess = number - first
        if guess < UInt64(sums.count), sums[Int(guess)].number == number { return Int(guess) }
        var low = 0
        var high = Int(min(guess, UInt64(sums.count)))
        while low < high {
            let middle = (low + high) / 2
            if sums[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < sums.count && sums[low].number == number ? low : nil
    }
}

/// Adds up the checksums of values by the number that their keys begin with.
private struct NodeVisitor: PageVisitor {
    struct Sum {
        let number: UInt64
        var sum: UInt64
        var isDamaged: Bool
    }

    var sums: [Sum] = []

    mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) throws(PageDamage) -> Bool {
        var number: UInt64 = 0
        for index in 0..<min(key.count, OwnerKey.zonePrefixLength) {
            number = unsafe number << 8 | UInt64(key[index])
        }
        if sums.last?.number != number { sums.append(Sum(number: number, sum: 0, isDamaged: false)) }
        let last = sums.count - 1
        if unsafe ValueChecksum.matches(key: key, value: value) {
            sums[last].sum &+= unsafe value.loadUnaligned(as: UInt64.self)
        } else {
            sums[last].isDamaged = true
        }
        return true
    }
}
