// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Exit statuses of every daemon, after sysexits(3).
package enum ExitCode: Int32, Sendable {
    /// Stopped after draining, or `--help` and `--version`.
    case success = 0
    /// Wrong usage or configuration (EX_USAGE).
    case usage = 64
    /// Something the daemon needs is not available: a port in use, no database, a read-only folder (EX_UNAVAILABLE).
    case unavailable = 69
    /// An error inside the daemon (EX_SOFTWARE).
    case `internal` = 70
}
