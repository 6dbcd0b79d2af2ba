// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres
import TestSupport
import Testing
import ZoneStore

extension ZoneFixture {
    /// Writes a record that is not of the zone into what is published of it, and a hash that makes a replica look at all
    /// of the zone's records.
    ///
    /// - Returns: The hash that was right, for ``heal(_:hash:)``.
    func poison(_ zone: Int64) async throws -> [UInt8] {
        let superuser = try database.pool(.superuser, size: 1)
        let hash = try #require(try await published(zone)?.hash)
        try await superuser.execute(
            """
            INSERT INTO distribution.rrset (zone_id, owner, type, rr_count, hash, body)
            VALUES (\(zone), 'elsewhere.test.', 1, 1, decode(repeat('00', 32), 'hex'),
                    E'elsewhere.test. 60 IN A 192.0.2.66\\n')
            """
        )
        try await superuser.execute(
            """
            UPDATE distribution.zone SET rr_count = rr_count + 1, hash = decode(repeat('00', 32), 'hex')
            WHERE zone_id = \(zone)
            """
        )
        return hash
    }

    /// Takes that record out again, keeps what was published since, and has the zone sent again.
    ///
    /// - Parameter hash: What ``poison(_:)`` returned.
    func heal(_ zone: Int64, name: String, hash: [UInt8]) async throws {
        let superuser = try database.pool(.superuser, size: 1)
        let spoilt = try #require(try await published(zone)?.hash)
        let right = try #require(Hash256(bytes: spoilt)) &+ (try #require(Hash256(bytes: hash)))
        try await superuser.execute(
            "DELETE FROM distribution.rrset WHERE zone_id = \(zone) AND owner = 'elsewhere.test.'"
        )
        try await superuser.execute(
            "UPDATE distribution.zone SET rr_count = rr_count - 1, hash = \(right.bytes) WHERE zone_id = \(zone)"
        )
        #expect(try await QuarantineStore(pool: superuser).release(zone: name))
    }
}
