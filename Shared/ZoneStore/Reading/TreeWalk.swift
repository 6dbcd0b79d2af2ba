// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB

/// A walk over the entries of a tree whose keys begin with a zone's number, in order and in place.
///
/// It must end before its snapshot does.
@safe
struct TreeWalk: ~Copyable {
    /// An entry as it lies in the map.
    @safe
    struct Entry {
        // SAFETY: both lie within the snapshot's pages.
        let key: UnsafeRawBufferPointer
        let value: UnsafeRawBufferPointer
    }

    private let cursor = TreeCursor()
    private let pages: SnapshotPages
    private let prefix: [UInt8]
    private var place: TreeCursor.Place?
    /// The entry that the walk stands on; nil at its end.
    private(set) var entry: Entry?

    /// A walk from the first key on that is not in front of `key`; an ended one without a tree or a key.
    init(
        _ pages: SnapshotPages,
        _ range: TreeRange?,
        prefix: [UInt8],
        from key: [UInt8]?
    ) throws(ZoneReadError) {
        self.pages = pages
        self.prefix = prefix
        guard let range, let key else { return }
        place = try seek(key, in: range)
        try settle()
    }

    private func seek(_ key: [UInt8], in range: TreeRange) throws(ZoneReadError) -> TreeCursor.Place {
        try unsafe key.withUnsafeBytes { (key) -> Result<TreeCursor.Place, ZoneReadError> in
            Result { () throws(ZoneReadError) in try unsafe cursor.seek(key, in: range, pages) }
        }.get()
    }

    /// Goes to the next entry.
    mutating func advance() throws(ZoneReadError) {
        place?.index &+= 1
        try settle()
    }

    private mutating func settle() throws(ZoneReadError) {
        entry = nil
        guard let here = place else { return }
        place = try cursor.settled(here, pages)
        guard let place else { return }
        let key = try unsafe place.page.key(place.index)
        guard unsafe key.starts(with: prefix) else { return }
        entry = try unsafe Entry(key: key, value: place.page.value(place.index, of: pages))
    }
}

/// The trees of a snapshot that whole zones are read from.
@safe
struct TransferTrees {
    let pages: SnapshotPages
    /// The tree of nodes; nil when there is none.
    let nodes: TreeRange?
    /// The tree of NSEC3 records; nil when there is none.
    let nsec3: TreeRange?

    /// The trees that an open transaction sees.
    init(_ transaction: borrowing LMDBTransaction, _ environment: LMDBEnvironment) throws(ZoneReadError) {
        let nodes = try unsafe transaction.treeRecord(LMDBEnvironment.Database.nodes)
        let nsec3 = try unsafe transaction.treeRecord(LMDBEnvironment.Database.nsec3)
        guard let pages = unsafe SnapshotPages(environment.handle, record: nodes) else { throw .damaged }
        self.pages = pages
        self.nodes = try unsafe pages.root(nodes)
        self.nsec3 = try unsafe pages.root(nsec3)
    }
}

extension LMDBTransaction {
    /// What the tree of names holds of a database; valid as long as the transaction.
    func treeRecord(_ name: String) throws(ZoneReadError) -> MDB_val {
        var name = name
        var value = unsafe MDB_val()
        let code = name.withUTF8 { octets in
            // SAFETY: LMDB does not write through the pointer of a key.
            var key = unsafe MDB_val(
                mv_size: octets.count,
                mv_data: UnsafeMutableRawPointer(mutating: octets.baseAddress)
            )
            return unsafe find(environment.names, &key, &value)
        }
        guard code == 0 else { throw ZoneReadError(code: code) }
        return unsafe value
    }
}
