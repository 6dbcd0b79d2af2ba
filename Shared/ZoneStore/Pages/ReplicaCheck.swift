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
    /// Whether what the store knows of itself is damaged.
    var isMetaDamaged = false
    /// The greatest number of a zone or node.
    var greatestNumber: UInt64 = 0

    /// Whether nothing is wrong.
    var isEmpty: Bool {
        records.isEmpty && zones.isEmpty && orphans.isEmpty && histories.isEmpty && !isMetaDamaged
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

        var zones = ZoneVisitor()
        var nodes = NodeVisitor()
        var hashes = NodeVisitor()
        var history = NodeVisitor()
        try walk(root(LMDBEnvironment.Database.zones), &file, &used, &zones)
        try walk(root(LMDBEnvironment.Database.nodes), &file, &used, &nodes)
        try walk(root(LMDBEnvironment.Database.nsec3), &file, &used, &hashes)
        try walk(root(LMDBEnvironment.Database.history), &file, &used, &history)
        var free = FreePageVisitor(used: used)
        var freeTree = PageTree(meta.free, order: .numbers)
        // The tree's own pages count as used before what it lists is looked at.
        var freeUsed = used
        try freeTree.walk(&file, used: &freeUsed, &free)

        findings.records = zones.damaged
        findings.histories = history.sums.filter(\.isDamaged).map(\.number)
        compare(zones, nodes.sums, hashes.sums, &findings)
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

    /// Holds what the zones' records say of their nodes against the nodes.
    private static func compare(
        _ visited: ZoneVisitor,
        _ nodes: [NodeVisitor.Sum],
        _ hashes: [NodeVisitor.Sum],
        _ findings: inout ReplicaFindings
    ) {
        let zones = visited.zones.sorted { $0.number < $1.number }
        var node = 0
        var hash = 0
        for (index, zone) in zones.enumerated() {
            skip(nodes, &node, before: zone.number, &findings)
            skip(hashes, &hash, before: zone.number, &findings)
            var sum: UInt64 = 0
            var isDamaged = index > 0 && zones[index - 1].number == zone.number
            if node < nodes.count, nodes[node].number == zone.number {
                sum &+= nodes[node].sum
                isDamaged = isDamaged || nodes[node].isDamaged
                node += 1
            }
            if hash < hashes.count, hashes[hash].number == zone.number {
                sum &+= hashes[hash].sum
                isDamaged = isDamaged || hashes[hash].isDamaged
                hash += 1
            }
            if isDamaged || sum != zone.nodeSum {
                findings.zones.append((visited.key(of: zone), zone.number))
            }
            findings.greatestNumber = max(findings.greatestNumber, zone.number)
        }
        skip(nodes, &node, before: .max, &findings)
        skip(hashes, &hash, before: .max, &findings)
    }

    private static func skip(
        _ sums: [NodeVisitor.Sum],
        _ index: inout Int,
        before number: UInt64,
        _ findings: inout ReplicaFindings
    ) {
        while index < sums.count, sums[index].number < number {
            if findings.orphans.last != sums[index].number { findings.orphans.append(sums[index].number) }
            findings.greatestNumber = max(findings.greatestNumber, sums[index].number)
            index += 1
        }
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

/// Collects what zones' records say of their nodes.
private struct ZoneVisitor: PageVisitor {
    struct Zone {
        let number: UInt64
        let nodeSum: UInt64
        let keyStart: Int
        let keyEnd: Int
    }

    var zones: [Zone] = []
    var damaged: [[UInt8]] = []
    private var keys: [UInt8] = []

    func key(of zone: Zone) -> [UInt8] { Array(keys[zone.keyStart..<zone.keyEnd]) }

    mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) throws(PageDamage) -> Bool {
        guard unsafe ValueChecksum.matches(key: key, value: value), value.count >= ZoneRecord.headerLength else {
            unsafe damaged.append([UInt8](key))
            return true
        }
        let start = keys.count
        unsafe keys.append(contentsOf: key)
        zones.append(
            Zone(
                number: unsafe UInt64(bigEndian: value.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                nodeSum: unsafe UInt64(bigEndian: value.loadUnaligned(fromByteOffset: 56, as: UInt64.self)),
                keyStart: start,
                keyEnd: keys.count
            )
        )
        return true
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
