// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The form of log lines.
package enum LogFormat: String, Sendable {
    /// One JSON object a line.
    case json
    /// For people at a terminal.
    case text
}
