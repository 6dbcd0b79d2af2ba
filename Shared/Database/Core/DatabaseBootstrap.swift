// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What has to exist in a cluster before the first migration.
package enum DatabaseBootstrap {
    /// Makes the roles; run by a superuser, any number of times (`Deploy/postgres/bootstrap.sql`).
    package static var sql: String { String(decoding: PackageResources.bootstrap_sql, as: UTF8.self) }

    /// The role that owns every object.
    package static let ownerRole = "zonewright_owner"
}
