// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// What one slice of a verification has read.
package struct VerifiedSlice: Sendable {
    /// The last zone that was verified; nil when there was none behind the one to begin after.
    package let last: Name?
    /// How many zones were verified.
    package let zones: Int
    /// Octets of their RRsets.
    package let octets: Int
    /// Zones that are damaged, among these.
    package let damaged: [Name]
}

extension ZoneStore {
    /// The zones that are known to be damaged: readers answer nothing from them until they have come anew. A whole zone
    /// of the version held, or a newer one, takes such a zone's place.
    package var damagedZones: [Name] { damage.names }

    /// Changes with each zone that is found damaged or has come anew.
    package var damageCounter: UInt64 { damage.generation }

    /// Computes the hashes of zones behind `name` (nil: from the first) from what is stored, until RRsets of `octets`
    /// were read, and marks those that are damaged. One read transaction, which lasts as long as the call; at least one
    /// zone is verified, however large.
    ///
    /// What is read is the file, not the map, so that verification leaves no pages in the process's resident memory.
    /// An error says that the file itself is damaged, or cannot be read.
    package func verify(after name: Name?, octets limit: Int) throws(ZoneStoreError) -> VerifiedSlice {
        var names: [Name] = []
        var damaged: [(name: Name, number: UInt64)] = []
        var octets = 0
        try read { transaction throws(LMDBError) in
            guard let meta = try environment.meta(of: transaction) else { return }
            var file = PageFile(
                descriptor: try environment.descriptor(),
                pageSize: meta.pageSize,
                lastPage: meta.lastPage
            )
            do throws(PageDamage) {
                let roots = try RootVisitor.roots(of: meta, &file)
                let verifier = ZoneVerifier(roots: roots, digest: digest)
                var records = RecordVisitor(after: name.map { OwnerKey.zone($0) })
                try records.collect(roots, &file, octets: limit)
                for entry in records.found {
                    guard let zone = OwnerKey.zoneName(of: entry.key) else { continue }
                    names.append(zone)
                    guard let record = entry.record else {
                        damaged.append((zone, 0))
                        continue
                    }
                    octets += Int(clamping: record.nodeOctets)
                    if try !verifier.isSound(zone, record, &file) { damaged.append((zone, record.number)) }
                }
            } catch {
                throw LMDBError(error)
            }
        }
        for zone in damaged where damage.mark(zone.name, number: zone.number) { noteChange([]) }
        return VerifiedSlice(last: names.last, zones: names.count, octets: octets, damaged: damaged.map(\.name))
    }

    /// Marks a zone as if it had been found damaged: readers answer nothing from it until it has come anew. False when it
    /// is not in the store.
    package func distrust(_ name: Name) throws(ZoneStoreError) -> Bool {
        let key = OwnerKey.zone(name)
        let value = try read { transaction throws(LMDBError) in try transaction.get(environment.zones, key) }
        guard let value else { return false }
        if damage.mark(name.lowercased(), number: ZoneRecord(value, key: key)?.number ?? 0) { noteChange([]) }
        return true
    }

    /// Whether the hash of all zones is the sum of what their records say. One read transaction over all records.
    package func verifySetHash() throws(ZoneStoreError) -> Bool {
        try read { transaction throws(LMDBError) in
            let stored = try transaction.meta(environment.meta, MetaKey.setHash).flatMap { Hash256(bytes: $0) }
            return try SetHash.compute(transaction, environment, digest: digest) == stored ?? .zero
        }
    }
}

/// Computes the hash of one zone after the other from their values.
private struct ZoneVerifier {
    let roots: [[UInt8]: PageRoot]
    let digest: RRsetDigest

    func isSound(_ apex: Name, _ record: ZoneRecord, _ file: inout PageFile) throws(PageDamage) -> Bool {
        var visitor = ValueVisitor(apex: apex, number: record.number, digest: digest)
        let prefix = OwnerKey.prefix(of: record.number)
        for name in [LMDBEnvironment.Database.nsec3, LMDBEnvironment.Database.nodes] {
            guard let root = roots[Array(name.utf8)] else { return false }
            var tree = PageTree(root, prefix: prefix)
            var unused = PageSet(last: 0)
            visitor.isHashed = name == LMDBEnvironment.Database.nsec3
            try tree.walk(&file, used: &unused, &visitor)
        }
        visitor.finish()
        return !visitor.isDamaged && visitor.sum == record.nodeSum && visitor.hash == record.hash
            && visitor.records == Int(record.records)
    }
}

/// Adds up the digests of the RRsets in values.
private struct ValueVisitor: PageVisitor {
    private let apex: Name
    private let apexLabels: Int
    private let number: UInt64
    private let digest: RRsetDigest
    /// Signatures of hashed owners, which may have others among the nodes: only all together are what was digested.
    private var hashed: [OwnerPlace: [RRset]] = [:]
    private var input: [UInt8] = []
    var isHashed = false
    private(set) var isDamaged = false
    private(set) var sum: UInt64 = 0
    private(set) var hash = Hash256.zero
    private(set) var records = 0

    init(apex: Name, number: UInt64, digest: @escaping RRsetDigest) {
        self.apex = apex
        apexLabels = apex.labelCount
        self.number = number
        self.digest = digest
    }

    mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) throws(PageDamage) -> Bool {
        guard unsafe ValueChecksum.matches(key: key, value: value) else {
            isDamaged = true
            return true
        }
        sum &+= unsafe value.loadUnaligned(as: UInt64.self)
        let relative = unsafe [UInt8](key.dropFirst(OwnerKey.zonePrefixLength))
        let name =
            isHashed
            ? try? apex.prepending(NSEC3Owner.label(relative)) : OwnerKey.name(of: relative, below: apex)
        guard let name, let place = OwnerPlace(name, zone: number, apexLabels: apexLabels),
            let node = unsafe NodeValue([UInt8](value), key: [UInt8](key), owner: name)
        else {
            isDamaged = true
            return true
        }
        records += node.recordCount
        if isHashed {
            hashed[place] = node.rrsets
        } else {
            let others = place.hashedKey == nil ? [] : hashed.removeValue(forKey: place) ?? []
            add(NSEC3Owner.join(node: node.rrsets, hashed: others))
        }
        return true
    }

    /// Adds what has no node beside it.
    mutating func finish() {
        for rrsets in hashed.values { add(rrsets) }
        hashed = [:]
    }

    private mutating func add(_ rrsets: [RRset]) {
        for rrset in rrsets {
            input.removeAll(keepingCapacity: true)
            rrset.appendDigestInput(to: &input)
            hash = hash &+ digest(input)
        }
    }
}

/// Collects the records of zones behind one, until they have enough octets.
private struct RecordVisitor: PageVisitor {
    private let after: [UInt8]?
    private var limit = 0
    private(set) var found: [(key: [UInt8], record: ZoneRecord?)] = []

    init(after: [UInt8]?) {
        self.after = after
    }

    mutating func collect(
        _ roots: [[UInt8]: PageRoot],
        _ file: inout PageFile,
        octets: Int
    ) throws(PageDamage) {
        limit = octets
        guard let root = roots[Array(LMDBEnvironment.Database.zones.utf8)] else { return }
        var tree = PageTree(root, after: after)
        var unused = PageSet(last: 0)
        try tree.walk(&file, used: &unused, &self)
    }

    mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) throws(PageDamage) -> Bool {
        let key = unsafe [UInt8](key)
        let record = unsafe ZoneRecord([UInt8](value), key: key)
        found.append((key, record))
        limit -= max(1_000, Int(clamping: record?.nodeOctets ?? 0))
        return limit > 0
    }
}

extension RootVisitor {
    /// The roots of all databases.
    fileprivate static func roots(of meta: PageMeta, _ file: inout PageFile) throws(PageDamage) -> [[UInt8]: PageRoot] {
        var visitor = RootVisitor()
        var used = PageSet(last: meta.lastPage)
        var tree = PageTree(meta.main, holdsRoots: true)
        try tree.walk(&file, used: &used, &visitor)
        return visitor.roots
    }
}
