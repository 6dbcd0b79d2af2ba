// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
internal import Glibc

/// A walk over the keys of a database that begin with a prefix, in order.
///
/// It must end before its transaction does.
@safe
struct LMDBCursor: ~Copyable {
    // SAFETY: closed in deinit, before the transaction ends.
    private let handle: OpaquePointer
    private let prefix: [UInt8]
    /// The key that the walk stands on; nil at its end.
    private(set) var key: [UInt8]?
    // SAFETY: valid as long as the walk stands on `key` and nothing is written.
    private var found: MDB_val

    /// A walk that stands nowhere yet.
    init(_ transaction: borrowing LMDBTransaction, _ database: MDB_dbi, prefix: [UInt8]) throws(LMDBError) {
        let opened = try unsafe transaction.openCursor(database)
        unsafe handle = opened
        self.prefix = prefix
        key = nil
        unsafe found = MDB_val()
    }

    deinit {
        unsafe mdb_cursor_close(handle)
    }

    /// The value, copied; empty at the end.
    var value: [UInt8] {
        guard key != nil else { return [] }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: found.mv_data, count: found.mv_size))
    }

    /// Goes to the first key that is not less than `first`.
    mutating func seek(_ first: [UInt8]) throws(LMDBError) {
        var place = unsafe MDB_val()
        let code: Int32
        if first.isEmpty {
            code = unsafe mdb_cursor_get(handle, &place, &found, MDB_FIRST)
        } else {
            code = unsafe first.withUnsafeBytes { buffer in
                // SAFETY: LMDB does not write through the pointer of a key that it is given.
                unsafe place = MDB_val(
                    mv_size: buffer.count,
                    mv_data: UnsafeMutableRawPointer(mutating: buffer.baseAddress)
                )
                return unsafe mdb_cursor_get(handle, &place, &found, MDB_SET_RANGE)
            }
        }
        try unsafe take(place, code)
    }

    /// Goes to the next key.
    mutating func next() throws(LMDBError) {
        guard key != nil else { return }
        var place = unsafe MDB_val()
        let code = unsafe mdb_cursor_get(handle, &place, &found, MDB_NEXT)
        try unsafe take(place, code)
    }

    private mutating func take(_ place: MDB_val, _ code: Int32) throws(LMDBError) {
        guard code != MDB_NOTFOUND else {
            key = nil
            return
        }
        try LMDBError.check(code, "read")
        let octets = unsafe UnsafeRawBufferPointer(start: place.mv_data, count: place.mv_size)
        key = unsafe octets.starts(with: prefix) ? [UInt8](octets) : nil
    }
}
