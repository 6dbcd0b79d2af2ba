// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why a store could not be opened, read or written.
package enum ZoneStoreError: Error, Hashable, Sendable {
    /// The folder or its files do not exist.
    case notFound(path: String)
    /// The folder or its files may not be read or written by this process.
    case notPermitted(path: String)
    /// The folder lies on a read-only file system.
    case readOnlyFileSystem(path: String)
    /// The store was opened for reading only.
    case openedReadOnly(path: String)
    /// The file system is full.
    case diskFull(path: String)
    /// The store has grown to the greatest size that was configured, in bytes.
    case sizeLimitReached(path: String, limit: Int)
    /// The file is of another version of the format than this program reads.
    case wrongVersion(path: String, found: UInt32, expected: UInt32)
    /// The file is not a store, or is damaged.
    case corrupt(path: String, reason: String)
    /// The map grew while a transfer was read; it has to begin anew.
    case snapshotLost(path: String)
    /// All reader slots are taken.
    case tooManyReaders(path: String)
    /// There is no memory for buffers.
    case outOfMemory
    /// Any other failure of a system call.
    case system(path: String, operation: String, code: Int32, message: String)
}

extension ZoneStoreError: CustomStringConvertible {
    /// One sentence that names the path and what is wrong with it.
    package var description: String {
        switch self {
        case .notFound(let path):
            "the zone store \(path) does not exist"
        case .notPermitted(let path):
            "no permission to read or write the zone store \(path)"
        case .readOnlyFileSystem(let path):
            "the zone store \(path) lies on a read-only file system"
        case .openedReadOnly(let path):
            "the zone store \(path) is open for reading only"
        case .diskFull(let path):
            "the disk of the zone store \(path) is full"
        case .sizeLimitReached(let path, let limit):
            "the zone store \(path) has reached its configured limit of \(limit) bytes"
        case .wrongVersion(let path, let found, let expected):
            "the zone store \(path) has format version \(found), but this program reads version \(expected)"
        case .corrupt(let path, let reason):
            "the zone store \(path) is damaged (\(reason)); remove it to have it fetched again"
        case .snapshotLost(let path):
            "the zone store \(path) grew during a transfer, which has to begin anew"
        case .tooManyReaders(let path):
            "the zone store \(path) has too many readers"
        case .outOfMemory:
            "there is not enough memory for the zone store's buffers"
        case .system(let path, let operation, _, let message):
            "the zone store \(path) failed to \(operation): \(message)"
        }
    }
}
