// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CLMDB
import Foundation
import Testing

@testable import ZoneStore

/// A tree of entries that LMDB has written, open for reading, with LMDB's own view of it beside ours.
@safe
final class RandomTree {
    /// An entry as octets.
    struct Entry: Equatable {
        let key: [UInt8]
        let value: [UInt8]
    }

    /// What is special about the tree.
    enum Kind {
        case plain
        /// Each key has several values, which LMDB keeps in pages within pages (`MDB_DUPSORT`).
        case manyValues
    }

    private let path: String
    // SAFETY: opened in init and closed in deinit, in LMDB's order.
    private let environment: OpaquePointer
    private let transaction: OpaquePointer
    private let cursor: OpaquePointer
    /// The pages, as queries see them.
    let pages: SnapshotPages
    /// The 48 octets that the tree of names has for the tree.
    let record: [UInt8]
    /// Where the tree begins; nil for an empty one.
    let root: TreeRange?

    /// A tree of `entries` in the order given, of which every `removal`-th is removed again.
    init(_ entries: [Entry], kind: Kind = .plain, removal: Int = .max) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("tree-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var opened: OpaquePointer?
        try unsafe Self.check(mdb_env_create(&opened))
        let environment = try unsafe #require(opened)
        try unsafe Self.check(mdb_env_set_maxdbs(environment, 2))
        try unsafe Self.check(mdb_env_set_mapsize(environment, 256 << 20))
        try unsafe Self.check(mdb_env_open(environment, path, UInt32(MDB_NOSYNC), 0o600))
        var writing: OpaquePointer?
        try unsafe Self.check(mdb_txn_begin(environment, nil, 0, &writing))
        var tree: MDB_dbi = 0
        let flags = UInt32(MDB_CREATE) | (kind == .manyValues ? UInt32(MDB_DUPSORT) : 0)
        try unsafe Self.check(mdb_dbi_open(writing, "tree", flags, &tree))
        for entry in entries {
            try unsafe Self.with(entry.key) { key in
                try unsafe Self.with(entry.value) { value in
                    try unsafe Self.check(mdb_put(writing, tree, &key, &value, 0))
                }
            }
        }
        for index in stride(from: removal - 1, to: entries.count, by: removal) {
            try unsafe Self.with(entries[index].key) { key in
                let code = unsafe mdb_del(writing, tree, &key, nil)
                if code != MDB_NOTFOUND { try Self.check(code) }
            }
        }
        try unsafe Self.check(mdb_txn_commit(writing))
        var reading: OpaquePointer?
        try unsafe Self.check(mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &reading))
        let transaction = try unsafe #require(reading)
        var walking: OpaquePointer?
        try unsafe Self.check(mdb_cursor_open(transaction, tree, &walking))
        var found = unsafe MDB_val()
        try unsafe Self.with(Array("tree".utf8)) { key in
            try unsafe Self.check(mdb_get(transaction, 1, &key, &found))
        }
        unsafe self.environment = environment
        unsafe self.transaction = transaction
        unsafe cursor = try #require(walking)
        record = unsafe [UInt8](UnsafeRawBufferPointer(start: found.mv_data, count: found.mv_size))
        pages = try unsafe #require(SnapshotPages(environment, record: found))
        root = try unsafe pages.root(found)
    }

    deinit {
        unsafe mdb_cursor_close(cursor)
        unsafe mdb_txn_abort(transaction)
        unsafe mdb_env_close(environment)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// All octets of the file.
    var file: [UInt8] {
        get throws { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/data.mdb"))) }
    }

    /// The pages that the tree has by LMDB's own count.
    var statistics: (depth: Int, large: Int) {
        get throws {
            var statistics = MDB_stat()
            try unsafe Self.check(mdb_stat(transaction, mdb_cursor_dbi(cursor), &statistics))
            return (Int(statistics.ms_depth), statistics.ms_overflow_pages)
        }
    }

    /// All entries by LMDB's cursor, in its order.
    func all() throws -> [Entry] {
        var entries: [Entry] = []
        var next = try move(MDB_FIRST)
        while let entry = next {
            entries.append(entry)
            next = try move(MDB_NEXT)
        }
        return entries
    }

    /// What LMDB finds at or behind `key`, and in front of it.
    func neighbors(of key: [UInt8]) throws -> (behind: Entry?, inFront: Entry?) {
        let behind = try move(MDB_SET_RANGE, key)
        return (behind, try move(behind == nil ? MDB_LAST : MDB_PREV))
    }

    private func move(_ operation: MDB_cursor_op, _ key: [UInt8] = []) throws -> Entry? {
        try unsafe Self.with(key) { key in
            var value = unsafe MDB_val()
            let code = unsafe mdb_cursor_get(cursor, &key, &value, operation)
            if code == MDB_NOTFOUND { return nil }
            try Self.check(code)
            return unsafe Entry(
                key: [UInt8](UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size)),
                value: [UInt8](UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
            )
        }
    }

    /// Calls `body` with octets as LMDB takes them; it does not write to them.
    private static func with<Result>(_ octets: [UInt8], _ body: (inout MDB_val) throws -> Result) rethrows -> Result {
        try unsafe octets.withUnsafeBytes { octets in
            var value = unsafe MDB_val(
                mv_size: octets.count,
                mv_data: UnsafeMutableRawPointer(mutating: octets.baseAddress)
            )
            return try unsafe body(&value)
        }
    }

    private static func check(_ code: Int32) throws {
        guard code == 0 else { throw LMDBError(code: code, operation: "test") }
    }
}

extension TreeCursor.Place {
    /// The entry at this place.
    func entry(of pages: SnapshotPages) throws -> RandomTree.Entry {
        try unsafe RandomTree.Entry(key: [UInt8](page.key(index)), value: [UInt8](page.value(index, of: pages)))
    }
}

extension TreeCursor {
    /// The place of the first key that is not in front of `key`.
    func seek(_ key: [UInt8], in range: TreeRange, _ pages: SnapshotPages) throws -> Place {
        try unsafe key.withUnsafeBytes { try unsafe seek($0, in: range, pages) }
    }
}
