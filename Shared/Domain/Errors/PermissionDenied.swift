// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Something that the token may not do.
package struct PermissionDenied: Error, Hashable, Sendable {
    /// Why, as a sentence without its full stop.
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }

    /// For example `Permission Denied. Required Scope: zones:*:write`.
    package var message: String {
        "Permission Denied. \(reason)"
    }
}
