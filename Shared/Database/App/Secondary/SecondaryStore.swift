// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// A secondary zone that a worker has taken in hand.
package struct ClaimedSecondary: Sendable, Hashable {
    /// Where the zone may be transferred from.
    package struct Primary: Sendable, Hashable {
        package let ip: String
        package let port: Int32
    }

    package let zoneID: Int64
    package let account: Int64
    package let name: String
    /// Of the version that was taken last; nil before the first one.
    package let serial: UInt32?
    package let failures: Int32
    /// The SOA record's REFRESH and RETRY, in seconds; 0 before the first transfer.
    package let refresh: Int64
    package let retry: Int64
    /// At least one, tried in this order.
    package let primaries: [Primary]
    let claim: Int64
}

/// A secondary zone as a primary gave it.
package struct FetchedSecondary: Sendable {
    /// The most octets of a zone: what the database takes in one value, and the web tier in one piece.
    package static let maximumOctets = 128 << 20

    /// The address of the primary.
    package var origin: String
    /// The SOA record's numbers.
    package var serial: UInt32
    package var refresh: UInt32
    package var retry: UInt32
    package var expire: UInt32
    /// Until the next look at the serial, in seconds.
    package var wait: Double
    /// The same, if the zone is refused.
    package var retryWait: Double
    /// The whole zone as a master file, its SOA record once.
    package var file: [UInt8]

    package init(
        origin: String,
        serial: UInt32,
        refresh: UInt32,
        retry: UInt32,
        expire: UInt32,
        wait: Double,
        retryWait: Double,
        file: [UInt8]
    ) {
        self.origin = origin
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.wait = wait
        self.retryWait = retryWait
        self.file = file
    }
}

/// How the transfers of secondary zones go, for the workers that do them. Any number of them may share the work: a zone
/// that is taken is left alone by the others until its lease ends, and a result that comes later than that is void. All
/// times are the database's.
package struct SecondaryStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Takes the zone that has been due the longest, and keeps others off it for `lease` seconds; nil when none is due.
    package func claim(lease: Double) async throws -> ClaimedSecondary? {
        try await pool.execute(
            """
            INSERT INTO distribution.secondary (zone_id)
            SELECT DISTINCT l.zone_id FROM app.primary_server_zone AS l JOIN app.zone AS z ON z.id = l.zone_id
            WHERE z.secondary AND NOT EXISTS (SELECT FROM distribution.secondary AS s WHERE s.zone_id = l.zone_id)
            ON CONFLICT DO NOTHING
            """
        )
        let row = try await pool.query(
            """
            WITH due AS (
                SELECT zone_id FROM distribution.secondary AS s
                WHERE due_at <= now()
                    AND EXISTS (SELECT FROM app.primary_server_zone AS l WHERE l.zone_id = s.zone_id)
                ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            UPDATE distribution.secondary AS s
            SET claim = s.claim + 1, due_at = now() + \(lease) * interval '1 second'
            FROM due JOIN app.zone AS z ON z.id = due.zone_id
            WHERE s.zone_id = due.zone_id
            RETURNING s.zone_id, s.claim, s.serial, s.failures, s.refresh, s.retry, z.account_id, z.name,
                ARRAY(SELECT p.ip FROM app.primary_server_zone AS l JOIN app.primary_server AS p
                      ON p.id = l.primary_server_id WHERE l.zone_id = s.zone_id ORDER BY p.id) AS ips,
                ARRAY(SELECT p.port FROM app.primary_server_zone AS l JOIN app.primary_server AS p
                      ON p.id = l.primary_server_id WHERE l.zone_id = s.zone_id ORDER BY p.id) AS ports
            """
        ).first
        guard let row else { return nil }
        let ips: [String] = try row.decode("ips")
        let ports: [Int32] = try row.decode("ports")
        return ClaimedSecondary(
            zoneID: try row.decode("zone_id"),
            account: try row.decode("account_id"),
            name: try row.decode("name"),
            serial: try row.decode("serial", as: Int64?.self).map { UInt32(truncatingIfNeeded: $0) },
            failures: try row.decode("failures"),
            refresh: try row.decode("refresh"),
            retry: try row.decode("retry"),
            primaries: zip(ips, ports).map { ClaimedSecondary.Primary(ip: $0, port: $1) },
            claim: try row.decode("claim")
        )
    }

    /// Hands a zone to the web tier, which puts it in place and says when it is looked at again. Returns whether the claim
    /// still holds; if not, nothing is handed over.
    package func deliver(_ fetched: FetchedSecondary, _ claimed: ClaimedSecondary) async throws -> Bool {
        try await pool.execute(
            """
            INSERT INTO distribution.secondary_inbox
                (zone_id, claim, origin, serial, refresh, retry, expire, wait, retry_wait, zone_file)
            SELECT zone_id, claim, \(fetched.origin), \(Int64(fetched.serial)), \(Int64(fetched.refresh)),
                \(Int64(fetched.retry)), \(Int64(fetched.expire)), \(fetched.wait), \(fetched.retryWait), \(fetched.file)
            FROM distribution.secondary
            WHERE zone_id = \(claimed.zoneID) AND claim = \(claimed.claim)
            ON CONFLICT (zone_id) DO UPDATE SET claim = excluded.claim, origin = excluded.origin,
                serial = excluded.serial, refresh = excluded.refresh, retry = excluded.retry,
                expire = excluded.expire, wait = excluded.wait, retry_wait = excluded.retry_wait,
                zone_file = excluded.zone_file, arrived_at = excluded.arrived_at
            """
        ) > 0
    }

    /// Notes that no primary gave the zone: asked again after `wait` seconds. The text is for the zone's owner.
    package func failed(_ claimed: ClaimedSecondary, _ text: String, wait: Double) async throws {
        try await pool.execute(
            """
            UPDATE distribution.secondary
            SET failures = failures + 1, failure = left(\(text), 300), checked_at = now(),
                due_at = now() + \(wait) * interval '1 second'
            WHERE zone_id = \(claimed.zoneID) AND claim = \(claimed.claim)
            """
        )
    }

    /// Notes that a primary has nothing newer. A zone that had expired is answered again; returns whether it had.
    ///
    /// - Parameter wait: Until the next look at the serial, in seconds.
    package func confirmed(_ claimed: ClaimedSecondary, wait: Double) async throws -> Bool {
        try await pool.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                WITH before AS (
                    SELECT zone_id, expired FROM distribution.secondary
                    WHERE zone_id = \(claimed.zoneID) AND claim = \(claimed.claim) FOR UPDATE
                )
                UPDATE distribution.secondary AS s
                SET failures = 0, failure = NULL, checked_at = now(), expired = false,
                    due_at = now() + \(wait) * interval '1 second',
                    expires_at = now() + s.expire * interval '1 second'
                FROM before WHERE s.zone_id = before.zone_id RETURNING before.expired
                """
            )
            guard let row = rows.first, try row.decode("expired") else { return false }
            try await Self.publish([claimed.zoneID], in: transaction)
            return true
        }
    }

    /// Takes those zones off whose primaries were not heard for as long as EXPIRE says (RFC 1034 4.3.5); returns their
    /// number. They come back with the next answer of a primary.
    package func expire() async throws -> Int {
        try await pool.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                UPDATE distribution.secondary SET expired = true WHERE zone_id IN (
                    SELECT zone_id FROM distribution.secondary WHERE expires_at <= now() AND NOT expired
                    ORDER BY zone_id LIMIT 1000 FOR UPDATE SKIP LOCKED
                ) RETURNING zone_id
                """
            )
            let zones: [Int64] = try rows.map { try $0.decode("zone_id") }
            try await Self.publish(zones, in: transaction)
            return zones.count
        }
    }

    /// Has the publisher look at whole zones: it takes off those that have expired.
    private static func publish(_ zones: [Int64], in transaction: PostgresTransaction) async throws {
        guard !zones.isEmpty else { return }
        try await transaction.execute(
            """
            INSERT INTO distribution.outbox (zone_id, zone_name, version, op, names, lane, request_id)
            SELECT id, name, version, 'P', NULL, 0, gen_random_uuid() FROM app.zone WHERE id = ANY (\(zones))
            """
        )
    }
}
