// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where a database stands.
package struct MigrationStatus: Sendable, Hashable {
    /// The newest version that the database has had; 0 = empty.
    package let current: Int
    /// The version that this release works with.
    package let latest: Int
    /// The steps still to be run, in their order.
    package let pending: [Migration]
}
