// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
internal import Glibc

/// A failed LMDB call, before it is known which file it was about.
struct LMDBError: Error {
    /// LMDB's or the system's error number.
    let code: Int32
    /// What was being done, as a verb; or what is wrong with a page.
    let operation: StaticString
    /// The page that is damaged, or the version of the format.
    private(set) var page: UInt64 = 0

    /// A failure of `operation` with LMDB's or the system's error number.
    init(code: Int32, operation: StaticString) {
        self.code = code
        self.operation = operation
    }

    /// A damaged page.
    init(_ damage: PageDamage) {
        code = Self.damagedPage
        operation = damage.reason
        page = damage.page
    }

    /// Throws unless `code` means success.
    static func check(_ code: Int32, _ operation: StaticString) throws(LMDBError) {
        guard code == 0 else { throw LMDBError(code: code, operation: operation) }
    }

    /// A page that is damaged; the number is none of LMDB's or the system's.
    private static let damagedPage: Int32 = -29_001
    /// A value that is not what was stored.
    static let damagedValue = LMDBError(code: -29_000, operation: "read a value")

    /// A file that does not say of which format it is.
    static let missingFormat = LMDBError(code: -29_002, operation: "read the format's version")

    /// A file of another format.
    static func otherFormat(_ version: UInt32) -> LMDBError {
        var error = LMDBError(code: -29_003, operation: "read the format's version")
        error.page = UInt64(version)
        return error
    }

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
        // LMDB's name for a write that the system did in part only.
        case EIO where Self.hasNoRoom(path): .diskFull(path: path)
        case ENOMEM: .outOfMemory
        case MDB_READERS_FULL: .tooManyReaders(path: path)
        case MDB_INVALID: .corrupt(path: path, reason: "it is not an LMDB file")
        case MDB_VERSION_MISMATCH: .corrupt(path: path, reason: "it is an LMDB file of another version")
        case MDB_CORRUPTED: .corrupt(path: path, reason: "a page is of the wrong type")
        case Self.damagedValue.code: .corrupt(path: path, reason: "a value does not match its checksum")
        case Self.damagedPage: .corrupt(path: path, reason: "page \(page) \(operation)")
        case Self.missingFormat.code: .corrupt(path: path, reason: "the format version is missing")
        case Self.otherFormat(0).code:
            .wrongVersion(path: path, found: UInt32(clamping: page), expected: ZoneStore.formatVersion)
        case MDB_PAGE_NOTFOUND: .corrupt(path: path, reason: "a page is missing")
        case MDB_PANIC: .corrupt(path: path, reason: "the environment had a fatal error")
        default: .system(path: path, operation: "\(operation)", code: code, message: message)
        }
    }

    /// Whether the file system has less room than the least that LMDB writes at once.
    private static func hasNoRoom(_ path: String) -> Bool {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return false }
        return status.f_bavail * status.f_frsize < 64 << 10
    }

    private var message: String {
        guard let text = unsafe mdb_strerror(code) else { return "error \(code)" }
        // SAFETY: LMDB gives back a constant or strerror's text, closed by a zero octet.
        return unsafe String(cString: text)
    }
}
