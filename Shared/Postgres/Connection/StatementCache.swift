// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The names of the statements that a connection has prepared, the least recently used going first.
struct StatementCache {
    private struct Key: Hashable {
        let sql: String
        /// The same text with other parameter types is another statement.
        let types: [UInt32]
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0
    private var names: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func name(of sql: String, _ values: [PostgresValue]) -> String? {
        clock += 1
        let key = Key(sql: sql, types: values.map(\.type))
        entries[key]?.lastUse = clock
        return entries[key]?.name
    }

    /// A name never used before on this connection.
    mutating func nextName() -> String {
        names += 1
        return "zw\(names)"
    }

    /// Remembers a prepared statement; returns the name of the one that has to go for it.
    mutating func insert(_ name: String, for sql: String, _ values: [PostgresValue]) -> String? {
        clock += 1
        var evicted: String?
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
            evicted = oldest.value.name
        }
        entries[Key(sql: sql, types: values.map(\.type))] = Entry(name: name, lastUse: clock)
        return evicted
    }

    mutating func remove(_ sql: String, _ values: [PostgresValue]) {
        entries[Key(sql: sql, types: values.map(\.type))] = nil
    }
}
