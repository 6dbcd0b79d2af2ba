// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

extension Timestamp {
    /// The same instant as a parameter.
    var postgres: PostgresTimestamp {
        PostgresTimestamp(microseconds: microseconds)
    }
}

extension PostgresRow {
    /// The instant in a column.
    func timestamp(_ name: String) throws -> Timestamp {
        Timestamp(microseconds: try decode(name, as: PostgresTimestamp.self).microseconds)
    }

    /// The instant in a column that may be NULL.
    func optionalTimestamp(_ name: String) throws -> Timestamp? {
        try decode(name, as: PostgresTimestamp?.self).map { Timestamp(microseconds: $0.microseconds) }
    }

    /// The value of an enumeration that a column keeps by its raw value.
    func choice<Choice: RawRepresentable<String>>(_ name: String, as type: Choice.Type = Choice.self) throws -> Choice {
        guard let choice = Choice(rawValue: try decode(name)) else {
            throw PostgresError(.decoding, message: "column \(name) does not hold a \(Choice.self)")
        }
        return choice
    }
}

extension [PostgresRow] {
    /// The one row of a statement that must give one.
    func only() throws -> PostgresRow {
        guard let row = first, count == 1 else {
            throw PostgresError(.decoding, message: "\(count) rows where one was expected")
        }
        return row
    }
}

extension Account {
    static var columns: PostgresQuery {
        "id, email, name, plan_identifier, created_at, updated_at"
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            email: try row.decode("email"),
            name: try row.decode("name"),
            planIdentifier: try row.decode("plan_identifier"),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}

extension HostedDomain {
    static var columns: PostgresQuery {
        "id, account_id, registrant_id, name, unicode_name, state, created_at, updated_at"
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            accountID: try row.decode("account_id"),
            registrantID: try row.decode("registrant_id"),
            name: try row.decode("name"),
            unicodeName: try row.decode("unicode_name"),
            state: try row.choice("state"),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}

extension Zone {
    static var columns: PostgresQuery {
        """
        id, account_id, name, reverse, secondary, last_transferred_at, active, version, presigned_at, created_at,
        updated_at
        """
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            accountID: try row.decode("account_id"),
            name: try row.decode("name"),
            reverse: try row.decode("reverse"),
            secondary: try row.decode("secondary"),
            lastTransferredAt: try row.optionalTimestamp("last_transferred_at"),
            active: try row.decode("active"),
            version: try row.decode("version"),
            presignedAt: try row.optionalTimestamp("presigned_at"),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}
