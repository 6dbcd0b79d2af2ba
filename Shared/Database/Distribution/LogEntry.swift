// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// One sequenced row of `distribution.log`.
package struct LogEntry: Sendable, Hashable {
    package let position: Int64
    /// Whether the zone is no longer served.
    package let isDeletion: Bool
    /// Lower case, without the final dot; the root is `.`.
    package let zoneName: String
    package let zoneID: Int64
    package let baseVersion: Int64?
    package let version: Int64
    package let serial: UInt32
    package let hash: [UInt8]
    package let removed: Int32
    package let added: Int32
    package let diff: String?
    package let lane: Int16
    /// The regions whose part of the entry is their own.
    package let regions: [String]
    /// What these get in place of hash and difference.
    package internal(set) var parts: [String: LogEntryPart] = [:]

    init(row: PostgresRow) throws(PostgresError) {
        position = try row.decode("pos")
        isDeletion = try row.decode("op", as: String.self) == "D"
        zoneName = try row.decode("zone_name")
        zoneID = try row.decode("zone_id")
        baseVersion = try row.decode("base_version")
        version = try row.decode("version")
        serial = UInt32(truncatingIfNeeded: try row.decode("serial", as: Int64.self))
        hash = try row.decode("hash")
        removed = try row.decode("removed")
        added = try row.decode("added")
        diff = try row.decode("diff")
        lane = try row.decode("lane")
        regions = try row.decode("regions", as: [String]?.self) ?? []
    }
}
