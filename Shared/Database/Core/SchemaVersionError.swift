// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The database is older than this release.
package struct SchemaVersionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where the database stands; 0 = empty.
    package let current: Int
    /// What this release needs.
    package let needed: Int

    package var description: String {
        "the database is at version \(current), this release needs \(needed): run zonewright migrate"
    }
}
