// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// What all listings share: conditions, order, and totals.
enum Listing {
    /// The items of a page from a table, and how many there are on all pages.
    ///
    /// - Parameters:
    ///   - order: Ends in a unique column, so that pages never overlap.
    ///   - count: Counts what matches a condition, for those who know better than to count the rows.
    static func page<Item>(
        _ page: Page,
        of columns: PostgresQuery,
        from table: PostgresQuery,
        where conditions: [PostgresQuery],
        orderBy order: PostgresQuery,
        in pool: PostgresPool,
        counting count: ((PostgresQuery) async throws -> Int)? = nil,
        decode: (PostgresRow) throws -> Item
    ) async throws -> PageResult<Item> {
        let condition = PostgresQuery.joined(conditions, separator: " AND ")
        let rows = try await pool.query(
            """
            SELECT \(columns) FROM \(table)
            WHERE \(condition) ORDER BY \(order) LIMIT \(page.size) OFFSET \(page.offset)
            """
        )
        var total = page.offset + rows.count
        // A page that is neither full nor beyond the end is the last one: then nothing needs to be counted.
        let isLast = !rows.isEmpty && rows.count < page.size || rows.isEmpty && page.number == 1
        if !isLast {
            if let count {
                total = try await count(condition)
            } else {
                total = try await pool.query("SELECT count(*) FROM \(table) WHERE \(condition)").only().decode(0)
            }
        }
        return PageResult(items: try rows.map(decode), page: page, totalEntries: total)
    }

    /// The condition that `column`, a literal of the program, has `part` in it. LIKE, because the planner knows how
    /// many rows a pattern takes, and that decides whether it walks an index for the order's sake.
    static func contains(_ part: String, _ column: StaticString) -> PostgresQuery {
        var pattern = "%"
        for character in part.unicodeScalars {
            if character == "%" || character == "_" || character == "\\" {
                pattern.append("\\")
            }
            pattern.unicodeScalars.append(character)
        }
        return "\(unescaped: "\(column)") LIKE \(pattern + "%")"
    }

    /// What counts an account's domains or zones for an unfiltered list: their number is kept, see the migration
    /// `totals`.
    static func total(
        _ column: StaticString,
        of account: Int64,
        in pool: PostgresPool
    ) -> (PostgresQuery) async throws -> Int {
        { _ in
            let row = try await pool.lookup(
                """
                SELECT coalesce(sum(\(unescaped: "\(column)")), 0)::bigint
                FROM app.account_total WHERE account_id = \(account)
                """
            )
            return try row?.decode(0) ?? 0
        }
    }

    /// The condition that the name of a zone or domain of an account has `part` in it, which is in lower case. People
    /// write international names in their letters: then the name in letters counts, which domains have.
    static func name(contains part: String, account: Int64) -> PostgresQuery {
        guard !part.utf8.allSatisfy({ $0 < 0x80 }) else {
            return contains(part, "name")
        }
        return """
            name IN (SELECT d.name FROM app.domain d
                     WHERE d.account_id = \(account) AND \(contains(part, "d.unicode_name")))
            """
    }

    /// An ORDER BY list; `column` names a field's column and is never given text from outside.
    static func order<Field: SortField>(
        _ sort: [Sort<Field>],
        otherwise field: Field,
        column: (Field) -> String
    ) -> PostgresQuery {
        orderByAll(sort, otherwise: field) { [column($0)] }
    }

    /// The same where a field may be sorted by several expressions.
    static func orderByAll<Field: SortField>(
        _ sort: [Sort<Field>],
        otherwise field: Field,
        columns: (Field) -> [String]
    ) -> PostgresQuery {
        var terms = (sort.isEmpty ? [Sort(field)] : sort).flatMap { term in
            columns(term.field).map { "\($0)\(term.ascending ? "" : " DESC")" }
        }
        if !terms.contains("id"), !terms.contains("id DESC") {
            terms.append("id")
        }
        return PostgresQuery(unescaped: terms.joined(separator: ", "))
    }
}

extension ResourceIdentifier {
    /// The condition that picks the row.
    var condition: PostgresQuery {
        switch self {
        case .id(let id): "id = \(id)"
        case .name(let text): "name = \(ZoneName.key(text))"
        }
    }

    /// The same where several tables are joined; `table` is a literal of the program.
    func condition(of table: StaticString) -> PostgresQuery {
        switch self {
        case .id(let id): "\(unescaped: "\(table)").id = \(id)"
        case .name(let text): "\(unescaped: "\(table)").name = \(ZoneName.key(text))"
        }
    }
}
