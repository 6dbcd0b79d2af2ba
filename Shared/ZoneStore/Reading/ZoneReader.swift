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
    private let zoneCursor: OpaquePointer
    let nodeCursor: OpaquePointer
    private let nsec3Cursor: OpaquePointer
    /// The snapshot that `nsec3Cursor` was last made ready for: most batches never need it.
    private let nsec3Snapshot: UnsafeMutablePointer<Int>
    private let wildcard: UnsafeMutablePointer<UInt8>
    /// Whether a snapshot is open.
    package private(set) var isOpen = false
    /// A number that is the same for equal snapshots and greater for later ones.
    package private(set) var snapshot = 0

    /// A reader of `store`; takes one of its reader slots.
    package init(_ store: ZoneStore) throws(ZoneStoreError) {
        let presence = store.gate.register()
        store.gate.enter(presence)
        defer { store.gate.exit(presence) }
        let environment = store.environment
        var started: OpaquePointer?
        var zones: OpaquePointer?
        var nodes: OpaquePointer?
        var hashes: OpaquePointer?
        var code = unsafe mdb_txn_begin(environment.handle, nil, UInt32(MDB_RDONLY), &started)
        if code == 0 { code = unsafe mdb_cursor_open(started, environment.zones, &zones) }
        if code == 0 { code = unsafe mdb_cursor_open(started, environment.nodes, &nodes) }
        if code == 0 { code = unsafe mdb_cursor_open(started, environment.nsec3, &hashes) }
        guard code == 0, let started = unsafe started, let zones = unsafe zones, let nodes = unsafe nodes,
            let hashes = unsafe hashes
        else {
            if let nodes = unsafe nodes { unsafe mdb_cursor_close(nodes) }
            if let zones = unsafe zones { unsafe mdb_cursor_close(zones) }
            if let started = unsafe started { unsafe mdb_txn_abort(started) }
            store.gate.unregister(presence)
            throw LMDBError(code: code == 0 ? ENOMEM : code, operation: "begin reading").storeError(path: store.path)
        }
        unsafe mdb_txn_reset(started)
        self.store = store
        self.presence = presence
        unsafe transaction = started
        unsafe zoneCursor = zones
        unsafe nodeCursor = nodes
        unsafe nsec3Cursor = hashes
        unsafe nsec3Snapshot = .allocate(capacity: 1)
        unsafe nsec3Snapshot.initialize(to: -1)
        unsafe wildcard = .allocate(capacity: OwnerKey.maximumLength + 8)
    }

    deinit {
        if isOpen { store.gate.exit(presence) }
        unsafe mdb_cursor_close(zoneCursor)
        unsafe mdb_cursor_close(nodeCursor)
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
        var code = unsafe mdb_txn_renew(transaction)
        if code == 0 { code = unsafe mdb_cursor_renew(transaction, zoneCursor) }
        if code == 0 { code = unsafe mdb_cursor_renew(transaction, nodeCursor) }
        guard code == 0 else {
            unsafe mdb_txn_reset(transaction)
            store.gate.exit(presence)
            if code == MDB_MAP_RESIZED { store.takeOverMapSize() }
            throw ZoneReadError(code: code)
        }
        snapshot = unsafe mdb_txn_id(transaction)
        unsafe nsec3Snapshot.pointee = -1
        isOpen = true
    }

    /// Gives the snapshot back; all views become invalid.
    package mutating func end() {
        guard isOpen else { return }
        unsafe mdb_txn_reset(transaction)
        store.gate.exit(presence)
        isOpen = false
    }

    /// The zone with the longest apex that the last `labels` labels of `key` lie at or below; nil when there is none.
    package func zone(_ key: borrowing LookupKey, labels: Int) throws(ZoneReadError) -> ZoneView? {
        var limit = labels
        while true {
            var found = unsafe key.zoneKey(limit)
            var value = unsafe MDB_val()
            let wanted = unsafe found.mv_size
            var code = unsafe mdb_cursor_get(zoneCursor, &found, &value, MDB_SET_RANGE)
            if code == 0, unsafe found.mv_size == wanted,
                unsafe key.sharedLabels(withZone: found, limit: limit) == limit
            {
                return try unsafe Self.view(found, value, labels: limit)
            }
            // The zone in front of that place is the apex, or shares with the name what an apex could have at most.
            code = unsafe mdb_cursor_get(zoneCursor, &found, &value, code == 0 ? MDB_PREV : MDB_LAST)
            if code == MDB_NOTFOUND { return nil }
            guard code == 0 else { throw ZoneReadError(code: code) }
            let shared = unsafe key.sharedLabels(withZone: found, limit: limit)
            if unsafe found.mv_size == key.end(shared) &+ 1 {
                return try unsafe Self.view(found, value, labels: shared)
            }
            // It sorts in front of the first `limit` labels and does not end with them, so it shares fewer.
            guard shared < limit else { return nil }
            limit = shared
        }
    }

    /// The node of the last `labels` labels of `key` in its selected zone; nil when there is none.
    package func node(_ key: borrowing LookupKey, labels: Int) throws(ZoneReadError) -> NodeView? {
        var wanted = unsafe key.ownerKey(labels)
        var value = unsafe MDB_val()
        let code = unsafe mdb_cursor_get(nodeCursor, &wanted, &value, MDB_SET)
        if code == MDB_NOTFOUND { return nil }
        guard code == 0 else { throw ZoneReadError(code: code) }
        return try unsafe Self.node(wanted, value)
    }

    /// What stands at the last `labels` labels of `key` in its selected zone, and which name above exists.
    package func match(
        _ key: borrowing LookupKey,
        labels: Int,
        in zone: ZoneView
    ) throws(ZoneReadError) -> NodeMatch {
        var found = unsafe key.ownerKey(labels)
        var value = unsafe MDB_val()
        let wanted = unsafe found.mv_size
        var code = unsafe mdb_cursor_get(nodeCursor, &found, &value, MDB_SET_RANGE)
        var after = zone.apexLabels
        if code == 0 {
            after = unsafe min(labels, key.sharedLabels(withOwner: found, apexLabels: zone.apexLabels))
            if after == labels, unsafe found.mv_size >= wanted, unsafe Self.sameZone(found, zone) {
                let isNode = unsafe found.mv_size == wanted
                return NodeMatch(
                    node: isNode ? try unsafe Self.node(found, value) : nil,
                    isEmptyNonTerminal: !isNode,
                    encloser: labels
                )
            }
            if unsafe !Self.sameZone(found, zone) { after = zone.apexLabels }
            code = unsafe mdb_cursor_get(nodeCursor, &found, &value, MDB_PREV)
        } else if code == MDB_NOTFOUND {
            code = unsafe mdb_cursor_get(nodeCursor, &found, &value, MDB_LAST)
        }
        guard code == 0 else { throw ZoneReadError(code: code) }
        var before = zone.apexLabels
        if unsafe Self.sameZone(found, zone) {
            before = unsafe key.sharedLabels(withOwner: found, apexLabels: zone.apexLabels)
        }
        return NodeMatch(node: nil, isEmptyNonTerminal: false, encloser: max(before, after))
    }

    /// What stands at the label `*` below the last `encloser` labels of `key` in its selected zone.
    package func wildcard(
        _ key: borrowing LookupKey,
        below encloser: Int
    ) throws(ZoneReadError) -> NodeMatch {
        var found = unsafe wildcardKey(key, below: encloser)
        let length = unsafe found.mv_size
        var value = unsafe MDB_val()
        let code = unsafe mdb_cursor_get(nodeCursor, &found, &value, MDB_SET_RANGE)
        if code == MDB_NOTFOUND { return NodeMatch(node: nil, isEmptyNonTerminal: false, encloser: encloser) }
        guard code == 0 else { throw ZoneReadError(code: code) }
        guard unsafe found.mv_size >= length, unsafe memcmp(found.mv_data, wildcard, length) == 0 else {
            return NodeMatch(node: nil, isEmptyNonTerminal: false, encloser: encloser)
        }
        let isNode = unsafe found.mv_size == length
        return NodeMatch(
            node: isNode ? try unsafe Self.node(found, value) : nil,
            isEmptyNonTerminal: !isNode,
            encloser: encloser &+ 1
        )
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
    func wildcardKey(_ key: borrowing LookupKey, below encloser: Int) -> MDB_val {
        let parent = unsafe key.ownerKey(encloser)
        let length = unsafe parent.mv_size
        // SAFETY: an owner's key has at most 511 octets; the memory has room for two more.
        unsafe memcpy(wildcard, parent.mv_data, length)
        unsafe wildcard[length] = 0x2A
        unsafe wildcard[length &+ 1] = 0
        return unsafe MDB_val(mv_size: length &+ 2, mv_data: wildcard)
    }

    static func sameZone(_ key: MDB_val, _ zone: ZoneView) -> Bool {
        guard unsafe key.mv_size >= OwnerKey.zonePrefixLength, let data = unsafe key.mv_data else { return false }
        var number: UInt64 = 0
        for offset in 0..<OwnerKey.zonePrefixLength {
            number = number << 8 | UInt64(unsafe data.load(fromByteOffset: offset, as: UInt8.self))
        }
        return number == zone.number
    }

    /// The node of a value, once it is seen to be what was stored under `key`.
    static func node(_ key: MDB_val, _ value: MDB_val) throws(ZoneReadError) -> NodeView {
        guard let node = unsafe NodeView(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)),
            unsafe node.isIntact(key: UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size))
        else { throw .damaged }
        return node
    }

    private static func view(_ key: MDB_val, _ value: MDB_val, labels: Int) throws(ZoneReadError) -> ZoneView {
        let view = unsafe ZoneView(
            UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size),
            apexKey: UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size),
            apexLabels: labels
        )
        guard let view, view.isIntact else { throw .damaged }
        return view
    }
}
