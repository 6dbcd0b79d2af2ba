// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a token may do with its account.
package enum TokenAccess: String, Hashable, Sendable {
    /// Everything.
    case full
    /// Look, but change nothing.
    case read
}
