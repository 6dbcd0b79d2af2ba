// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
internal import Glibc

/// A transaction that copies what it reads: for writing, and for reading away from the query path.
///
/// Aborted when it goes out of scope without a commit.
@safe
struct LMDBTransaction: ~Copyable {
    let environment: LMDBEnvironment
    // SAFETY: valid until commit or abort, after which it is nil.
    private var handle: OpaquePointer?

    /// Begins a transaction; a writer waits for the one before it to end.
    init(_ environment: LMDBEnvironment, readOnly: Bool) throws(LMDBError) {
        self.environment = environment
        var started: OpaquePointer?
        let flags = readOnly ? UInt32(MDB_RDONLY) : 0
        try unsafe LMDBError.check(mdb_txn_begin(environment.handle, nil, flags, &started), "begin")
        unsafe handle = started
    }

    deinit {
        if let handle = unsafe handle { unsafe mdb_txn_abort(handle) }
    }

    /// Makes all changes durable.
    consuming func commit() throws(LMDBError) {
        // LMDB frees the transaction even when the commit fails.
        let ended = unsafe handle
        unsafe handle = nil
        try unsafe LMDBError.check(mdb_txn_commit(ended), "commit")
    }

    /// The number of the state that is read or changed.
    var number: UInt64 { UInt64(unsafe mdb_txn_id(handle)) }

    /// The value of `key`, copied.
    func get(_ database: MDB_dbi, _ key: [UInt8]) throws(LMDBError) -> [UInt8]? {
        var value = unsafe MDB_val()
        let code = unsafe withValue(key) { key in unsafe mdb_get(handle, database, &key, &value) }
        if code == MDB_NOTFOUND { return nil }
        try LMDBError.check(code, "read")
        return unsafe copy(value)
    }

    /// Finds the value of `key` in place, valid until the next write or the end; LMDB's error number.
    func find(_ database: MDB_dbi, _ key: inout MDB_val, _ value: inout MDB_val) -> Int32 {
        unsafe mdb_get(handle, database, &key, &value)
    }

    /// Sets the value of `key`; `appending` promises that the key is greater than all others.
    func put(_ database: MDB_dbi, _ key: [UInt8], _ value: [UInt8], appending: Bool = false) throws(LMDBError) {
        let flags = appending ? UInt32(MDB_APPEND) : 0
        let code = unsafe withValue(key) { key in
            unsafe withValue(value) { value in unsafe mdb_put(handle, database, &key, &value, flags) }
        }
        try LMDBError.check(code, "write")
    }

    /// Removes `key`; nothing happens when it is not there.
    func delete(_ database: MDB_dbi, _ key: [UInt8]) throws(LMDBError) {
        let code = unsafe withValue(key) { key in unsafe mdb_del(handle, database, &key, nil) }
        if code != MDB_NOTFOUND { try LMDBError.check(code, "delete") }
    }

    /// The number of keys.
    func count(_ database: MDB_dbi) throws(LMDBError) -> Int {
        var statistics = MDB_stat()
        try unsafe LMDBError.check(mdb_stat(handle, database, &statistics), "inspect")
        return statistics.ms_entries
    }

    /// Calls `body` with each key from `first` on, in order, and its value, until it gives back false.
    func forEach(
        _ database: MDB_dbi,
        from first: [UInt8],
        _ body: (_ key: [UInt8], _ value: [UInt8]) -> Bool
    ) throws(LMDBError) {
        try unsafe withCursor(database) { (cursor: OpaquePointer) throws(LMDBError) in
            var key = unsafe MDB_val()
            var value = unsafe MDB_val()
            var code = unsafe seek(cursor, first, &key, &value)
            while code == 0 {
                guard unsafe body(copy(key), copy(value)) else { return }
                code = unsafe mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
            }
            if code != MDB_NOTFOUND { try LMDBError.check(code, "read") }
        }
    }

    /// Removes all keys that begin with `prefix`, which must not be empty.
    func deleteAll(_ database: MDB_dbi, prefix: [UInt8]) throws(LMDBError) {
        try unsafe withCursor(database) { (cursor: OpaquePointer) throws(LMDBError) in
            var key = unsafe MDB_val()
            var value = unsafe MDB_val()
            var code = unsafe seek(cursor, prefix, &key, &value)
            while code == 0, unsafe begins(key, with: prefix) {
                try unsafe LMDBError.check(mdb_cursor_del(cursor, 0), "delete")
                // After a deletion the cursor stands on the next key.
                code = unsafe mdb_cursor_get(cursor, &key, &value, MDB_GET_CURRENT)
                if code == EINVAL { code = unsafe mdb_cursor_get(cursor, &key, &value, MDB_NEXT) }
            }
            if code != 0, code != MDB_NOTFOUND { try LMDBError.check(code, "delete") }
        }
    }

    /// Removes all keys.
    func deleteAll(_ database: MDB_dbi) throws(LMDBError) {
        try unsafe LMDBError.check(mdb_drop(handle, database, 0), "delete")
    }

    /// The first key of a database, and the octets of its value.
    func first(_ database: MDB_dbi) throws(LMDBError) -> (key: [UInt8], octets: Int)? {
        try unsafe withCursor(database) { (cursor: OpaquePointer) throws(LMDBError) -> (key: [UInt8], octets: Int)? in
            var key = unsafe MDB_val()
            var value = unsafe MDB_val()
            let code = unsafe mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
            if code == MDB_NOTFOUND { return nil }
            try LMDBError.check(code, "read")
            return unsafe (copy(key), value.mv_size)
        }
    }

    /// The last key of a database.
    func lastKey(_ database: MDB_dbi) throws(LMDBError) -> [UInt8]? {
        try unsafe withCursor(database) { (cursor: OpaquePointer) throws(LMDBError) -> [UInt8]? in
            var key = unsafe MDB_val()
            var value = unsafe MDB_val()
            let code = unsafe mdb_cursor_get(cursor, &key, &value, MDB_LAST)
            if code == MDB_NOTFOUND { return nil }
            try LMDBError.check(code, "read")
            return unsafe copy(key)
        }
    }

    private func withCursor<Result>(
        _ database: MDB_dbi,
        _ body: (OpaquePointer) throws(LMDBError) -> Result
    ) throws(LMDBError) -> Result {
        let cursor = try unsafe openCursor(database)
        defer { unsafe mdb_cursor_close(cursor) }
        return try unsafe body(cursor)
    }

    /// A cursor, which the caller closes before the transaction ends.
    func openCursor(_ database: MDB_dbi) throws(LMDBError) -> OpaquePointer {
        var opened: OpaquePointer?
        try unsafe LMDBError.check(mdb_cursor_open(handle, database, &opened), "open a cursor")
        guard let cursor = unsafe opened else { throw LMDBError(code: ENOMEM, operation: "open a cursor") }
        return unsafe cursor
    }

    private func seek(
        _ cursor: OpaquePointer,
        _ first: [UInt8],
        _ key: inout MDB_val,
        _ value: inout MDB_val
    ) -> Int32 {
        if first.isEmpty {
            return unsafe mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
        }
        return unsafe withValue(first) { wanted in
            let code = unsafe mdb_cursor_get(cursor, &wanted, &value, MDB_SET_RANGE)
            unsafe key = wanted
            return code
        }
    }

    private func withValue(_ bytes: [UInt8], _ body: (inout MDB_val) -> Int32) -> Int32 {
        unsafe bytes.withUnsafeBytes { buffer in
            // SAFETY: LMDB does not write through the pointer of a key or value that it is given.
            var value = unsafe MDB_val(
                mv_size: buffer.count,
                mv_data: UnsafeMutableRawPointer(mutating: buffer.baseAddress)
            )
            return unsafe body(&value)
        }
    }

    private func copy(_ value: MDB_val) -> [UInt8] {
        // SAFETY: LMDB's values are valid until the next write or the end of the transaction; they are copied at once.
        unsafe [UInt8](UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
    }

    private func begins(_ key: MDB_val, with prefix: [UInt8]) -> Bool {
        // SAFETY: as in `copy`.
        unsafe UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size).starts(with: prefix)
    }
}
