// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB

/// The keys of the database `meta`. All values but the format's version begin with their checksum.
enum MetaKey {
    static let format = Array("format".utf8)
    static let epoch = Array("epoch".utf8)
    static let position = Array("position".utf8)
    static let snapshot = Array("snapshot".utf8)
    static let setHash = Array("set-hash".utf8)
    static let nextZone = Array("next-zone".utf8)
    static let logState = Array("log-state".utf8)
}

extension LMDBTransaction {
    /// What is stored under a key of `meta`; nil when it is not there, or damaged.
    func meta(_ database: MDB_dbi, _ key: [UInt8]) throws(LMDBError) -> [UInt8]? {
        guard let value = try get(database, key), ValueChecksum.matches(key: key, value: value) else { return nil }
        return Array(value.dropFirst(ValueChecksum.length))
    }

    /// Stores `content` under a key of `meta`.
    func putMeta(_ database: MDB_dbi, _ key: [UInt8], _ content: [UInt8]) throws(LMDBError) {
        var value = [UInt8](repeating: 0, count: ValueChecksum.length) + content
        ValueChecksum.seal(&value, key: key)
        try put(database, key, value)
    }
}
