// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One numbered step of the schema. Steps only go forward, and a step that was released never changes.
package struct Migration: Sendable, Hashable {
    /// Counts from 1 without gaps.
    package let version: Int
    /// What the step is about, for people.
    package let name: String
    /// The statements; they run in one transaction as `zonewright_owner`.
    package let sql: String

    package init(version: Int, name: String, sql: String) {
        self.version = version
        self.name = name
        self.sql = sql
    }

    /// The steps of this release, in their order. The build makes a constant of every file, with `_` for the first digit.
    package static let all: [Migration] = [
        Migration(version: 1, name: "init", embedded: PackageResources._001_init_sql),
        Migration(version: 2, name: "presigned", embedded: PackageResources._002_presigned_sql),
        Migration(version: 3, name: "identity", embedded: PackageResources._003_identity_sql),
        Migration(version: 4, name: "domains", embedded: PackageResources._004_domains_sql),
        Migration(version: 5, name: "zones", embedded: PackageResources._005_zones_sql),
        Migration(version: 6, name: "catalog", embedded: PackageResources._006_catalog_sql),
        Migration(version: 7, name: "speed", embedded: PackageResources._007_speed_sql),
        Migration(version: 8, name: "annotations", embedded: PackageResources._008_annotations_sql),
        Migration(version: 9, name: "counts", embedded: PackageResources._009_counts_sql),
        Migration(version: 10, name: "audit", embedded: PackageResources._010_audit_sql),
        Migration(version: 11, name: "totals", embedded: PackageResources._011_totals_sql),
        Migration(version: 12, name: "quarantine", embedded: PackageResources._012_quarantine_sql),
        Migration(version: 13, name: "breaker", embedded: PackageResources._013_breaker_sql),
        Migration(version: 14, name: "relays", embedded: PackageResources._014_relays_sql),
        Migration(version: 15, name: "sites", embedded: PackageResources._015_sites_sql),
        Migration(version: 16, name: "probing", embedded: PackageResources._016_probing_sql),
        Migration(version: 17, name: "queue", embedded: PackageResources._017_queue_sql),
        Migration(version: 18, name: "alias", embedded: PackageResources._018_alias_sql),
        Migration(version: 19, name: "flags", embedded: PackageResources._019_flags_sql),
        Migration(version: 20, name: "errors", embedded: PackageResources._020_errors_sql),
        Migration(version: 21, name: "pick", embedded: PackageResources._021_pick_sql),
        Migration(version: 22, name: "delegation", embedded: PackageResources._022_delegation_sql),
        Migration(version: 23, name: "challenges", embedded: PackageResources._023_challenges_sql),
        Migration(version: 24, name: "secondary", embedded: PackageResources._024_secondary_sql),
        Migration(version: 25, name: "certificates", embedded: PackageResources._025_certificates_sql),
        Migration(version: 26, name: "redelivery", embedded: PackageResources._026_redelivery_sql),
    ]

    /// The version of the schema that this release works with.
    package static var latestVersion: Int { all.last?.version ?? 0 }

    private init(version: Int, name: String, embedded: [UInt8]) {
        self.init(version: version, name: name, sql: String(decoding: embedded, as: UTF8.self))
    }
}
