// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
internal import DNSWire
internal import Glibc

/// A failed read on the query path: LMDB's error number, or `damaged`.
package struct ZoneReadError: Error, Hashable, Sendable {
    /// The number; what it means is told by `ZoneStoreError`.
    package let code: Int32

    /// A value that cannot be what the store wrote.
    package static let damaged = ZoneReadError(code: MDB_CORRUPTED)
    /// No snapshot is open, because the last one could not be opened.
    package static let unopened = ZoneReadError(code: MDB_BAD_TXN)
}

/// What stands at a name of a zone.
@safe
package struct NodeMatch {
    /// The node, when one has exactly this name.
    package let node: NodeView?
    /// Whether there is no node here, but one below.
    package let isEmptyNonTerminal: Bool
    /// The labels of the closest name that exists: the name's own number when it exists itself.
    package let encloser: Int
}

/// Look-ups for one thread, without an allocation or a lock each.
///
/// Between `begin` and `end` all look-ups see one snapshot, and all views stay valid. Keep that time short: while a
/// snapshot is open the file cannot use again what changes have freed.
@safe
package struct ZoneReader: ~Copyable {
    private let store: ZoneStore
    private let presence: ReaderGate.Presence
    // SAFETY: made in init, freed in deinit; used between `begin` and `end` only.
    private let transaction: OpaquePointer
    private let nsec3Cursor: OpaquePointer
    /// The snapshot that `nsec3Cursor` was last made ready for: most batches never need it.
    private let nsec3Snapshot: UnsafeMutablePointer<Int>
    private let wildcard: UnsafeMutablePointer<UInt8>
    /// The numbers of damaged zones, most often none, and the store's count of their changes that they belong to.
    private var damaged: [UInt64] = []
    private var damageGeneration: UInt64 = 0
    private let names: MDB_dbi
    let cursor = TreeCursor()
    private(set) var trees: SnapshotTrees?
    /// What `trees` and `known` belong to.
    private var transactionNumber = 0
    private var moves = 0
    private var known = ZoneTable()
    /// Whether a snapshot is open.
    package private(set) var isOpen = false
    /// A number of this reader's that is the same for equal snapshots and greater for later ones. Zones that are found
    /// to be damaged make another snapshot too.
    package private(set) var snapshot = 0

    /// A reader of `store`; takes one of its reader slots.
    package init(_ store: ZoneStore) throws(ZoneStoreError) {
        let presence = store.gate.register()
        store.gate.enter(presence)
        defer { store.gate.exit(presence) }
        let environment = store.environment
        var started: OpaquePointer?
        var hashes: OpaquePointer?
        var names: MDB_dbi = 0
        var code = unsafe mdb_txn_begin(environment.handle, nil, UInt32(MDB_RDONLY), &started)
        if code == 0 { code = unsafe mdb_cursor_open(started, environment.nsec3, &hashes) }
        if code == 0 { code = unsafe mdb_dbi_open(started, nil, 0, &names) }
        guard code == 0, let started = unsafe started, let hashes = unsafe hashes else {
            if let hashes = unsafe hashes { unsafe mdb_cursor_close(hashes) }
            if let started = unsafe started { unsafe mdb_txn_abort(started) }
            store.gate.unregister(presence)
            throw LMDBError(code: code == 0 ? ENOMEM : code, operation: "begin reading").storeError(path: store.path)
        }
        unsafe mdb_txn_reset(started)
        self.store = store
        self.presence = presence
        self.names = names
        unsafe transaction = started
        unsafe nsec3Cursor = hashes
        unsafe nsec3Snapshot = .allocate(capacity: 1)
        unsafe nsec3Snapshot.initialize(to: -1)
        unsafe wildcard = .allocate(capacity: OwnerKey.maximumLength + 8)
    }

    deinit {
        if isOpen { store.gate.exit(presence) }
        unsafe mdb_cursor_close(nsec3Cursor)
        unsafe nsec3Snapshot.deallocate()
        unsafe mdb_txn_abort(transaction)
        unsafe wildcard.deallocate()
        store.gate.unregister(presence)
    }

    /// Opens the newest snapshot. Waits while the map grows.
    package mutating func begin() throws(ZoneReadError) {
        guard !isOpen else { return }
        store.gate.enter(presence)
        let code = unsafe mdb_txn_renew(transaction)
        guard code == 0 else {
            unsafe mdb_txn_reset(transaction)
            store.gate.exit(presence)
            if code == MDB_MAP_RESIZED { store.takeOverMapSize() }
            throw ZoneReadError(code: code)
        }
        isOpen = true
        unsafe nsec3Snapshot.pointee = -1
        let number = unsafe mdb_txn_id(transaction)
        let isSame = number == transactionNumber && store.gate.moves == moves
        if isSame, trees != nil, store.damage.generation == damageGeneration { return }
        do throws(ZoneReadError) {
            try takeSnapshot(number)
        } catch {
            trees = nil
            end()
            throw error
        }
    }

    /// Finds the trees of a snapshot that is new, or whose map has been moved: what was found before is void.
    private mutating func takeSnapshot(_ number: Int) throws(ZoneReadError) {
        snapshot &+= 1
        transactionNumber = number
        moves = store.gate.moves
        damageGeneration = store.damage.generation
        damaged = store.damage.numbers
        let environment = store.environment
        let zones = try unsafe record(LMDBEnvironment.Database.zones)
        let nodes = try unsafe record(LMDBEnvironment.Database.nodes)
        guard let pages = unsafe SnapshotPages(environment.handle, record: zones) else { throw .damaged }
        trees = try unsafe SnapshotTrees(pages: pages, zones: pages.root(zones), nodes: pages.root(nodes))
        known.fit(zones: unsafe SnapshotPages.entries(zones))
    }

    /// What the tree of names holds of a database.
    private func record(_ name: String) throws(ZoneReadError) -> MDB_val {
        var name = name
        var value = unsafe MDB_val()
        let code = name.withUTF8 { octets in
            // SAFETY: LMDB does not write through the pointer of a key.
            var key = unsafe MDB_val(
                mv_size: octets.count,
                mv_data: UnsafeMutableRawPointer(mutating: octets.baseAddress)
            )
            return unsafe mdb_get(transaction, names, &key, &value)
        }
        guard code == 0 else { throw ZoneReadError(code: code) }
        return unsafe value
    }

    /// Gives the snapshot back; all views become invalid.
    package mutating func end() {
        guard isOpen else { return }
        unsafe mdb_txn_reset(transaction)
        store.gate.exit(presence)
        isOpen = false
    }

    /// The zone with the longest apex that the last `labels` labels of `key` lie at or below; nil when there is none.
    package mutating func zone(_ key: borrowing LookupKey, labels: Int) throws(ZoneReadError) -> ZoneView? {
        if let view = known.find(key, labels: labels, snapshot: snapshot) { return view }
        guard let trees else { throw .unopened }
        guard let entry = try search(key, labels: labels, trees) else { return nil }
        known.insert(entry, key, snapshot: snapshot)
        return entry.view
    }

    private func search(
        _ key: borrowing LookupKey,
        labels: Int,
        _ trees: SnapshotTrees
    ) throws(ZoneReadError) -> ZoneTable.Entry? {
        guard let range = trees.zones else { return nil }
        var limit = labels
        while true {
            let place = try unsafe cursor.seek(key.zoneKey(limit), in: range, trees.pages)
            if place.isExact { return try entry(place, labels: limit, trees) }
            // The zone in front of that place is the apex, or shares with the name what an apex could have at most.
            guard let previous = try cursor.previous(place, trees.pages) else { return nil }
            let found = try unsafe previous.page.key(previous.index)
            let shared = unsafe key.sharedLabels(withZone: found, limit: limit)
            if found.count == key.end(shared) &+ 1 { return try entry(previous, labels: shared, trees) }
            // It sorts in front of the first `limit` labels and does not end with them, so it shares fewer.
            guard shared < limit else { return nil }
            limit = shared
        }
    }

    /// The zone at a place of the tree of zones, once it is seen to be what was stored.
    private func entry(
        _ place: TreeCursor.Place,
        labels: Int,
        _ trees: SnapshotTrees
    ) throws(ZoneReadError) -> ZoneTable.Entry {
        let apex = try unsafe place.page.key(place.index)
        let value = try unsafe place.page.value(place.index, of: trees.pages)
        guard let nodes = trees.nodes,
            var view = unsafe ZoneView(value, apexKey: apex, apexLabels: labels, range: nodes), view.isIntact,
            damaged.isEmpty || !damaged.contains(view.number)
        else { throw .damaged }
        view.range = try trees.nodes(of: view.number, cursor)
        var next = place
        next.index &+= 1
        var hasZonesBelow = false
        if let next = try cursor.settled(next, trees.pages) {
            let key = try unsafe next.page.key(next.index)
            hasZonesBelow = unsafe key.starts(with: apex)
        }
        view.hasApexWildcard = try holdsWildcard(view, trees)
        return ZoneTable.Entry(view: view, hasZonesBelow: hasZonesBelow)
    }

    /// Whether there is a name that begins with `*` right below the apex of a zone.
    private func holdsWildcard(_ zone: ZoneView, _ trees: SnapshotTrees) throws(ZoneReadError) -> Bool {
        guard zone.wildcards > 0 else { return false }
        let length = OwnerKey.zonePrefixLength
        unsafe zone.writeKeyPrefix(to: wildcard)
        unsafe wildcard[length] = 0x2A
        unsafe wildcard[length &+ 1] = 0
        let wanted = unsafe UnsafeRawBufferPointer(start: wildcard, count: length &+ 2)
        let place = try unsafe cursor.seek(wanted, in: zone.range, trees.pages)
        guard let next = try cursor.settled(place, trees.pages) else { return false }
        return try unsafe next.page.key(next.index).starts(with: wanted)
    }

    /// The node of the last `labels` labels of `key` in its selected zone; nil when there is none.
    package func node(_ key: borrowing LookupKey, labels: Int) throws(ZoneReadError) -> NodeView? {
        guard let trees, let range = key.range else { throw .unopened }
        let place = try unsafe cursor.seek(key.ownerKey(labels), in: range, trees.pages)
        return place.isExact ? try Self.node(place, trees.pages) : nil
    }

    /// What stands at the last `labels` labels of `key` in its selected zone, and which name above exists.
    package func match(
        _ key: borrowing LookupKey,
        labels: Int,
        in zone: ZoneView
    ) throws(ZoneReadError) -> NodeMatch {
        guard let trees, let range = key.range else { throw .unopened }
        let wanted = unsafe key.ownerKey(labels)
        let place = try unsafe cursor.seek(wanted, in: range, trees.pages)
        if place.isExact {
            return NodeMatch(node: try Self.node(place, trees.pages), isEmptyNonTerminal: false, encloser: labels)
        }
        var encloser = zone.apexLabels
        if let next = try cursor.settled(place, trees.pages) {
            let found = try unsafe next.page.key(next.index)
            if unsafe Self.areOfOneZone(found, wanted) {
                encloser = unsafe min(labels, key.sharedLabels(withOwner: found, apexLabels: encloser))
                if encloser == labels { return NodeMatch(node: nil, isEmptyNonTerminal: true, encloser: labels) }
            }
        }
        guard let previous = try cursor.previous(place, trees.pages) else { throw .damaged }
        let found = try unsafe previous.page.key(previous.index)
        if unsafe Self.areOfOneZone(found, wanted) {
            encloser = max(encloser, unsafe key.sharedLabels(withOwner: found, apexLabels: zone.apexLabels))
        }
        return NodeMatch(node: nil, isEmptyNonTerminal: false, encloser: encloser)
    }

    /// What stands at the label `*` below the last `encloser` labels of `key` in its selected zone.
    package func wildcard(
        _ key: borrowing LookupKey,
        below encloser: Int
    ) throws(ZoneReadError) -> NodeMatch {
        guard let trees, let range = key.range else { throw .unopened }
        if encloser == key.apexLabels, !key.hasApexWildcard {
            return NodeMatch(node: nil, isEmptyNonTerminal: false, encloser: encloser)
        }
        let wanted = unsafe wildcardKey(key, below: encloser)
        let place = try unsafe cursor.seek(wanted, in: range, trees.pages)
        if place.isExact {
            return NodeMatch(
                node: try Self.node(place, trees.pages),
                isEmptyNonTerminal: false,
                encloser: encloser &+ 1
            )
        }
        var isAbove = false
        if let next = try cursor.settled(place, trees.pages) {
            let found = try unsafe next.page.key(next.index)
            if let start = found.baseAddress, found.count >= wanted.count {
                isAbove = unsafe memcmp(start, wildcard, wanted.count) == 0
            }
        }
        return NodeMatch(node: nil, isEmptyNonTerminal: isAbove, encloser: isAbove ? encloser &+ 1 : encloser)
    }

    /// The cursor over NSEC3 records, ready for the open snapshot.
    func openNSEC3Cursor() throws(ZoneReadError) -> OpaquePointer {
        if unsafe nsec3Snapshot.pointee != snapshot {
            let code = unsafe mdb_cursor_renew(transaction, nsec3Cursor)
            guard code == 0 else { throw ZoneReadError(code: code) }
            unsafe nsec3Snapshot.pointee = snapshot
        }
        return unsafe nsec3Cursor
    }

    /// The key of the label `*` below the last `encloser` labels of `key`, in this reader's own memory.
    func wildcardKey(_ key: borrowing LookupKey, below encloser: Int) -> UnsafeRawBufferPointer {
        let parent = unsafe key.ownerKey(encloser)
        // SAFETY: an owner's key has at most 511 octets; the memory has room for two more.
        unsafe UnsafeMutableRawBufferPointer(start: wildcard, count: parent.count).copyMemory(from: parent)
        unsafe wildcard[parent.count] = 0x2A
        unsafe wildcard[parent.count &+ 1] = 0
        return unsafe UnsafeRawBufferPointer(start: wildcard, count: parent.count &+ 2)
    }

    /// Whether two keys of nodes, of which `mine` is a whole one, begin with the same zone's number.
    @inline(__always)
    static func areOfOneZone(_ other: UnsafeRawBufferPointer, _ mine: UnsafeRawBufferPointer) -> Bool {
        guard other.count >= OwnerKey.zonePrefixLength else { return false }
        // SAFETY: both have the five octets of the number.
        return unsafe other.loadUnaligned(as: UInt32.self) == mine.loadUnaligned(as: UInt32.self)
            && other[4] == mine[4]
    }

    static func sameZone(_ key: MDB_val, _ zone: ZoneView) -> Bool {
        guard unsafe key.mv_size >= OwnerKey.zonePrefixLength, let data = unsafe key.mv_data else { return false }
        var number: UInt64 = 0
        for offset in 0..<OwnerKey.zonePrefixLength {
            number = number << 8 | UInt64(unsafe data.load(fromByteOffset: offset, as: UInt8.self))
        }
        return number == zone.number
    }

    /// The node at a place, once it is seen to be what was stored.
    @inline(__always)
    static func node(_ place: TreeCursor.Place, _ pages: SnapshotPages) throws(ZoneReadError) -> NodeView {
        let key = try unsafe place.page.key(place.index)
        guard let node = try unsafe NodeView(place.page.value(place.index, of: pages)), unsafe node.isIntact(key: key)
        else { throw .damaged }
        return node
    }

    /// The node of a value, once it is seen to be what was stored under `key`.
    static func node(_ key: MDB_val, _ value: MDB_val) throws(ZoneReadError) -> NodeView {
        guard let node = unsafe NodeView(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)),
            unsafe node.isIntact(key: UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size))
        else { throw .damaged }
        return node
    }
}
