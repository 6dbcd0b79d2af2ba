// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// A zone as it is published, with one RRset of it by chance.
package struct ProbeZone: Sendable, Hashable {
    /// The RRset: its owner (absolute, lower case), type, and records as protocol lines, each ended by LF.
    package struct Sample: Sendable, Hashable {
        package let owner: String
        package let type: Int32
        package let body: String
        /// The bodies in the regions that have their own.
        package let regional: [String: String]

        package init(owner: String, type: Int32, body: String, regional: [String: String]) {
            self.owner = owner
            self.type = type
            self.body = body
            self.regional = regional
        }

        /// What a responder of this region serves.
        package func body(in region: String?) -> String {
            region.flatMap { regional[$0] } ?? body
        }
    }

    package let id: Int64
    /// Lower case, without the final dot; the root is `.`.
    package let name: String
    package let version: Int64
    package let serial: UInt32
    package let isLive: Bool
    /// The position of its last publication; 0 when it is not kept any more, nil when it has none yet.
    package let position: Int64?
    package let sample: Sample?

    package init(
        id: Int64,
        name: String,
        version: Int64,
        serial: UInt32,
        isLive: Bool,
        position: Int64?,
        sample: Sample?
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.serial = serial
        self.isLive = isLive
        self.position = position
        self.sample = sample
    }

    init(row: PostgresRow) throws(PostgresError) {
        var sample: Sample?
        if let owner: String = try row.decode("owner") {
            let regions: [String] = try row.decode("regions")
            let bodies: [String] = try row.decode("bodies")
            sample = Sample(
                owner: owner,
                type: try row.decode("type"),
                body: try row.decode("body"),
                regional: Dictionary(zip(regions, bodies)) { first, _ in first }
            )
        }
        self.init(
            id: try row.decode("zone_id"),
            name: try row.decode("name"),
            version: try row.decode("version"),
            serial: UInt32(truncatingIfNeeded: try row.decode("serial", as: Int64.self)),
            isLive: try row.decode("live"),
            position: try row.decode("position"),
            sample: sample
        )
    }
}
