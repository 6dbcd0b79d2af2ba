// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The steps of a pipeline, with the statements that it prepares on its way.
struct PipelinePlan {
    private(set) var steps: [ConnectionHandle.Step] = []
    /// By the place of the step that prepares it.
    private var preparing: [Int: (name: String, sql: String, values: [PostgresValue])] = [:]
    /// By the place of the step that runs it.
    private var running: [Int: (sql: String, values: [PostgresValue])] = [:]

    mutating func append(text: String) {
        steps.append(.text(text))
    }

    /// Adds `query`, prepared before if need be; returns the place of the step that runs it.
    @discardableResult
    mutating func append(_ query: PostgresQuery, _ statements: inout StatementCache) -> Int {
        let (sql, values) = query.rendered()
        var name = ""
        if statements.capacity > 0, let known = statements.name(of: sql, values) ?? pending(sql, values) {
            name = known
        } else {
            // Without a cache the unnamed statement serves: the next one replaces it.
            if statements.capacity > 0 {
                name = statements.nextName()
                preparing[steps.count] = (name, sql, values)
            }
            steps.append(.prepare(name: name, sql: sql, values: values))
        }
        running[steps.count] = (sql, values)
        steps.append(.prepared(name: name, values: values))
        return steps.count - 1
    }

    /// The same statement earlier in this pipeline.
    private func pending(_ sql: String, _ values: [PostgresValue]) -> String? {
        preparing.values.first { $0.sql == sql && $0.values.map(\.type) == values.map(\.type) }?.name
    }

    /// Brings the cache up to date once the first `count` steps have succeeded, and the next has failed with `error`;
    /// returns the names of the statements that had to go.
    func settle(_ statements: inout StatementCache, succeeded count: Int, _ error: PostgresError?) -> [String] {
        var evicted: [String] = []
        for (place, statement) in preparing.sorted(by: { $0.key < $1.key }) where place < count {
            if let name = statements.insert(statement.name, for: statement.sql, statement.values) {
                evicted.append(name)
            }
        }
        if let error, error.isAboutPreparation, let statement = running[count] {
            statements.remove(statement.sql, statement.values)
        }
        return evicted
    }
}

extension PostgresError {
    /// The statement is gone (DISCARD ALL, a pooler), or its result's shape changed with the schema.
    var isAboutPreparation: Bool { sqlState == "26000" || sqlState == "0A000" }
}
