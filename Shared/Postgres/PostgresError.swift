// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What went wrong with a statement or a connection.
///
/// `description` is safe to log: it never holds parameter values. The server puts values into the message of data
/// exceptions and into the detail of constraint violations; those stay in `message` and `detail`.
package struct PostgresError: Error, Sendable, Hashable {
    /// Who found the error.
    package enum Kind: String, Sendable, Hashable {
        /// The server refused the statement; `sqlState` says why.
        case server
        /// There is no connection, or it was lost. A statement under way may or may not have taken effect.
        case connection
        /// A value is not what the caller asked for.
        case decoding
        /// The configuration is unusable.
        case configuration
        /// The transaction had failed before, so that COMMIT rolled it back.
        case transactionAborted
    }

    package let kind: Kind
    /// The five characters of the server's SQLSTATE, where the server gave one.
    package let sqlState: String?
    /// The primary message; may hold customers' data.
    package let message: String
    /// The detail line; may hold customers' data.
    package let detail: String?
    /// The violated constraint.
    package let constraint: String?
    /// The table the error is about.
    package let table: String?

    package init(
        _ kind: Kind,
        sqlState: String? = nil,
        message: String,
        detail: String? = nil,
        constraint: String? = nil,
        table: String? = nil
    ) {
        self.kind = kind
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.constraint = constraint
        self.table = table
    }

    /// 23505: a row with the same key is there already.
    package var isUniqueViolation: Bool { sqlState == "23505" }

    /// 40001 or 40P01: the whole transaction may be tried again.
    package var isSerializationFailure: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// The statement's data is at fault (classes 22, 23 and 54): the same data would fail again.
    package var isAboutData: Bool {
        ["22", "23", "54"].contains { sqlState?.hasPrefix($0) == true }
    }

    /// 55P03: a lock could not be had in time.
    package var isLockTimeout: Bool { sqlState == "55P03" }

    /// The connection is lost or could not be had; a later attempt may succeed.
    package var isConnectionFailure: Bool {
        kind == .connection || sqlState?.hasPrefix("08") == true || sqlState?.hasPrefix("57P") == true
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        var text = "PostgreSQL \(kind.rawValue) error"
        if let sqlState { text += " \(sqlState)" }
        // Classes 22 (data), 23 (integrity) and P0 (raised by functions) carry values in their messages.
        let mayHoldValues = ["22", "23", "P0"].contains { sqlState?.hasPrefix($0) == true }
        if !mayHoldValues { text += ": \(message)" }
        if let table { text += ", table \(table)" }
        if let constraint { text += ", constraint \(constraint)" }
        return text
    }
}
