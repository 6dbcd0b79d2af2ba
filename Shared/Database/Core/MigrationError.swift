// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why the schema cannot be brought up to date.
package enum MigrationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A step that the database has had is another one in this release.
    case changed(version: Int, name: String)
    /// The database is newer than this release.
    case newer(database: Int, release: Int)
    /// A step failed and was rolled back.
    case failed(version: Int, name: String, reason: String)

    package var description: String {
        switch self {
        case .changed(let version, let name):
            "migration \(version) (\(name)) differs from the one that the database has had: releases are mixed up"
        case .newer(let database, let release):
            "the database is at version \(database), newer than this release, which knows \(release)"
        case .failed(let version, let name, let reason):
            "migration \(version) (\(name)) failed and was rolled back: \(reason)"
        }
    }
}
