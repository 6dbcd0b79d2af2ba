// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why a pool could not give a connection.
package enum PoolError: Error, Sendable, Hashable, CustomStringConvertible {
    /// All connections stayed in use until the deadline.
    case timeout
    /// The database cannot be reached; the text is the last reason.
    case unavailable(String)
    /// The pool was shut down.
    case closed

    package var description: String {
        switch self {
        case .timeout: "all database connections stayed busy until the deadline"
        case .unavailable(let reason): "the database is unavailable: \(reason)"
        case .closed: "the connection pool is closed"
        }
    }
}
