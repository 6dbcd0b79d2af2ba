// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
internal import Glibc

/// A failed LMDB call, before it is known which file it was about.
struct LMDBError: Error {
    /// LMDB's or the system's error number.
    let code: Int32
    /// What was being done, as a verb.
    let operation: StaticString

    /// Throws unless `code` means success.
    static func check(_ code: Int32, _ operation: StaticString) throws(LMDBError) {
        guard code == 0 else { throw LMDBError(code: code, operation: operation) }
    }

    /// A value that is not what was stored; the number is none of LMDB's or the system's.
    static let damagedValue = LMDBError(code: -29_000, operation: "read a value")

    /// The map has no room for the transaction.
    var isMapFull: Bool { code == MDB_MAP_FULL }

    /// Another process has made the map larger.
    var isMapResized: Bool { code == MDB_MAP_RESIZED }

    /// The error as callers see it.
    func storeError(path: String) -> ZoneStoreError {
        switch code {
        case ENOENT, ENOTDIR: .notFound(path: path)
        case EACCES, EPERM: .notPermitted(path: path)
        case EROFS: .readOnlyFileSystem(path: path)
        case ENOSPC, EDQUOT: .diskFull(path: path)
        case ENOMEM: .outOfMemory
        case MDB_READERS_FULL: .tooManyReaders(path: path)
        case MDB_INVALID: .corrupt(path: path, reason: "it is not an LMDB file")
        case MDB_VERSION_MISMATCH: .corrupt(path: path, reason: "it is an LMDB file of another version")
        case MDB_CORRUPTED: .corrupt(path: path, reason: "a page is of the wrong type")
        case Self.damagedValue.code: .corrupt(path: path, reason: "a value does not match its checksum")
        case MDB_PAGE_NOTFOUND: .corrupt(path: path, reason: "a page is missing")
        case MDB_PANIC: .corrupt(path: path, reason: "the environment had a fatal error")
        default: .system(path: path, operation: "\(operation)", code: code, message: message)
        }
    }

    private var message: String {
        guard let text = unsafe mdb_strerror(code) else { return "error \(code)" }
        // SAFETY: LMDB gives back a constant or strerror's text, closed by a zero octet.
        return unsafe String(cString: text)
    }
}
