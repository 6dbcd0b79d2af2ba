// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// A resource with a table of its own, whose rows belong to an account, a domain or a template.
protocol OwnedRow: Sendable {
    /// The table, a literal of the program.
    static var table: PostgresQuery { get }
    /// The column that has the owner's id, a literal of the program.
    static var ownerColumn: PostgresQuery { get }
    /// What `init(row:)` reads.
    static var columns: PostgresQuery { get }
    /// What an answer calls one that is not there.
    static var notFoundKind: NotFound.Kind { get }

    init(row: PostgresRow) throws
}

extension OwnedRow {
    /// The owner's resource with the id; locked until the transaction's end when `locked`.
    ///
    /// - Throws: `NotFound`.
    static func find(
        _ id: Int64,
        of owner: Int64,
        locked: Bool = false,
        in database: some PostgresQuerying
    ) async throws -> Self {
        let row = try await database.first(
            """
            SELECT \(columns) FROM \(table)
            WHERE \(ownerColumn) = \(owner) AND id = \(id) \(unescaped: locked ? "FOR UPDATE" : "")
            """
        )
        guard let row else {
            throw NotFound(notFoundKind, String(id))
        }
        return try Self(row: row)
    }

    /// Deletes the owner's resource with the id; returns it as it was.
    ///
    /// - Throws: `NotFound`.
    static func remove(_ id: Int64, of owner: Int64, in transaction: PostgresTransaction) async throws -> Self {
        let row = try await transaction.first(
            "DELETE FROM \(table) WHERE \(ownerColumn) = \(owner) AND id = \(id) RETURNING \(columns)"
        )
        guard let row else {
            throw NotFound(notFoundKind, String(id))
        }
        return try Self(row: row)
    }

    /// One page of the owner's resources; by id unless `sort` says otherwise. Fields are called as their columns.
    static func page<Field: SortField>(
        _ page: Page,
        of owner: Int64,
        sort: [Sort<Field>],
        otherwise field: Field,
        in pool: PostgresPool
    ) async throws -> PageResult<Self> {
        try await Listing.page(
            page,
            of: columns,
            from: table,
            where: ["\(ownerColumn) = \(owner)"],
            orderBy: Listing.order(sort, otherwise: field) { $0.rawValue },
            in: pool,
            decode: Self.init(row:)
        )
    }

    /// Makes sure that the account may have one more, until the transaction's end; `names` is what a refusal calls them.
    ///
    /// - Throws: `ValidationErrors` for `base`.
    static func requireRoom(
        of account: Int64,
        maximum: Int,
        _ names: String,
        in transaction: PostgresTransaction
    ) async throws {
        // Two that come at once must not both be the last one.
        _ = try await transaction.query("SELECT 1 FROM app.account WHERE id = \(account) FOR UPDATE")
        let count: Int = try await transaction.query(
            "SELECT count(*) FROM \(table) WHERE \(ownerColumn) = \(account)"
        ).only().decode(0)
        guard count < maximum else {
            throw ValidationErrors("base", "An account can have at most \(maximum) \(names)")
        }
    }
}
