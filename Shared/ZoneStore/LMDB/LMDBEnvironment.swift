// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
internal import Glibc
internal import Synchronization

/// An open LMDB environment and the handles of its databases.
///
/// `@unchecked Sendable`: LMDB environments may be used from all threads; the handles are opened once, before anything
/// else is done, and `resize` is called under `ReaderGate` only.
@safe
final class LMDBEnvironment: @unchecked Sendable {
    /// The names of the databases.
    enum Database {
        static let zones = "zones"
        static let nodes = "nodes"
        static let nsec3 = "nsec3"
        static let history = "history"
        static let meta = "meta"
        /// These two are only there where the stream is passed on.
        static let log = "log"
        static let generations = "generations"
    }

    // SAFETY: set once; closed in deinit, when no transaction can be left that refers to this object.
    let handle: OpaquePointer
    /// Whether the environment was opened for reading only.
    let isReadOnly: Bool
    /// The tree of the databases' names.
    private(set) var names: MDB_dbi = 0
    private(set) var zones: MDB_dbi = 0
    private(set) var nodes: MDB_dbi = 0
    private(set) var nsec3: MDB_dbi = 0
    private(set) var history: MDB_dbi = 0
    private(set) var meta: MDB_dbi = 0
    /// Entries of the stream by position; only where ``keepsLog``.
    private(set) var log: MDB_dbi = 0
    /// Generations with the keys of their zones; only where ``keepsLog``.
    private(set) var generations: MDB_dbi = 0
    /// Whether the stream is kept to be passed on.
    private(set) var keepsLog = false

    /// What the check of the file has found; nil when it was not checked.
    private(set) var findings: ReplicaFindings?

    /// Opens the environment in the folder `path` with a map of `mapSize` octets, after a check of the whole file when
    /// `checks` is set.
    init(path: String, mapSize: Int, maximumReaders: UInt32, readOnly: Bool, checks: Bool) throws(LMDBError) {
        try Self.checkBeginning(path + "/data.mdb")
        var opened: OpaquePointer?
        try unsafe LMDBError.check(mdb_env_create(&opened), "create an environment")
        guard let environment = unsafe opened else { throw LMDBError(code: ENOMEM, operation: "create an environment") }
        unsafe handle = environment
        isReadOnly = readOnly
        try unsafe LMDBError.check(mdb_env_set_maxdbs(environment, 8), "configure")
        try unsafe LMDBError.check(mdb_env_set_maxreaders(environment, maximumReaders), "configure")
        try unsafe LMDBError.check(mdb_env_set_mapsize(environment, mapSize), "configure")
        let flags = UInt32(MDB_NOTLS) | (readOnly ? UInt32(MDB_RDONLY) : 0)
        try unsafe LMDBError.check(mdb_env_open(environment, path, flags, 0o640), "open")
        var stale: Int32 = 0
        try unsafe LMDBError.check(mdb_reader_check(environment, &stale), "clear stale readers")
        if checks { findings = try check() }
        try openMeta()
    }

    deinit {
        unsafe mdb_env_close(handle)
    }

    /// The size of the map, in octets.
    var mapSize: Int {
        var info = unsafe MDB_envinfo()
        unsafe mdb_env_info(handle, &info)
        return unsafe info.me_mapsize
    }

    /// Makes the map `size` octets large; 0 takes over the size that another process has given it.
    ///
    /// No transaction of this process may be active.
    func resize(to size: Int) throws(LMDBError) {
        try unsafe LMDBError.check(mdb_env_set_mapsize(handle, size), "grow")
    }

    /// Looks at the meta pages before LMDB does, for it would believe them; one that ends before its last page would
    /// kill the process on the first look at that page.
    private static func checkBeginning(_ file: String) throws(LMDBError) {
        let descriptor = unsafe Glibc.open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // LMDB says better why, or makes the file.
            return
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_size > 0 else { return }
        do throws(PageDamage) {
            _ = try PageMeta.read(descriptor: descriptor)
        } catch {
            throw LMDBError(error)
        }
    }

    /// The file's descriptor, which stays LMDB's.
    func descriptor() throws(LMDBError) -> Int32 {
        var descriptor: Int32 = -1
        try unsafe LMDBError.check(mdb_env_get_fd(handle, &descriptor), "inspect")
        return descriptor
    }

    /// The meta page that belongs to a snapshot. Another process may write while it is looked for, but not this page
    /// as long as the snapshot is among the two newest.
    func meta(of snapshot: borrowing LMDBTransaction) throws(LMDBError) -> PageMeta? {
        let descriptor = try descriptor()
        let metas: (newest: PageMeta, other: PageMeta)
        do throws(PageDamage) {
            metas = try PageMeta.read(descriptor: descriptor)
        } catch {
            throw LMDBError(error)
        }
        if metas.newest.transaction == snapshot.number { return metas.newest }
        return metas.other.transaction == snapshot.number ? metas.other : nil
    }

    /// Checks the newest state in the file.
    private func check() throws(LMDBError) -> ReplicaFindings {
        let descriptor = try descriptor()
        while true {
            let snapshot = try LMDBTransaction(self, readOnly: true)
            guard let meta = try meta(of: snapshot) else { continue }
            do throws(PageDamage) {
                return try ReplicaCheck.run(descriptor: descriptor, meta: meta)
            } catch {
                throw LMDBError(error)
            }
        }
    }

    /// Opens the database that says what the others look like.
    private func openMeta() throws(LMDBError) {
        try open([(Database.meta, \.meta)])
    }

    /// Opens all other databases, once their format is known to be this program's.
    func openData() throws(LMDBError) {
        try open([
            (Database.zones, \.zones), (Database.nodes, \.nodes), (Database.nsec3, \.nsec3),
            (Database.history, \.history),
        ])
    }

    /// Opens the databases of a store that passes the stream on.
    func openLog() throws(LMDBError) {
        try open([(Database.log, \.log), (Database.generations, \.generations)])
        keepsLog = true
    }

    private func open(
        _ databases: [(name: String, place: ReferenceWritableKeyPath<LMDBEnvironment, MDB_dbi>)]
    ) throws(LMDBError) {
        var started: OpaquePointer?
        let flags = isReadOnly ? UInt32(MDB_RDONLY) : 0
        try unsafe LMDBError.check(mdb_txn_begin(handle, nil, flags, &started), "begin")
        guard let transaction = unsafe started else { throw LMDBError(code: ENOMEM, operation: "begin") }
        do throws(LMDBError) {
            try unsafe LMDBError.check(mdb_dbi_open(transaction, nil, 0, &names), "open")
            for (name, place) in databases {
                let create = isReadOnly ? 0 : UInt32(MDB_CREATE)
                try unsafe LMDBError.check(mdb_dbi_open(transaction, name, create, &self[keyPath: place]), "open")
            }
        } catch {
            unsafe mdb_txn_abort(transaction)
            throw error
        }
        try unsafe LMDBError.check(mdb_txn_commit(transaction), "open")
    }
}
