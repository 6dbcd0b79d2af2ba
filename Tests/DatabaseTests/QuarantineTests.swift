// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import TestSupport
import Testing

@Suite("Zones that consumers refuse")
struct QuarantineTests {
    private let fixture: EditorFixture
    private let glue: QuarantineStore
    private let zone: Zone

    /// A published zone at position 5, which the nodes `a` and `b` have acknowledged.
    init() async throws {
        fixture = try await EditorFixture.make()
        zone = try await fixture.makeZone()
        glue = QuarantineStore(pool: try fixture.database.pool(.glue, size: 1))
        try await publish(at: 5)
        try await fixture.superuser.execute(
            "INSERT INTO distribution.node (name, connected, acked) VALUES ('a', true, 5), ('b', true, 5)"
        )
    }

    private func publish(at position: Int64) async throws {
        try await fixture.superuser.execute(
            """
            WITH l AS (
                INSERT INTO distribution.log (pos, zone_id, zone_name, op, version, serial, hash)
                VALUES (\(position), \(zone.id), 'example.com', 'P', 1, 1, ''::bytea) RETURNING id
            )
            INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
            SELECT \(zone.id), 'example.com', 1, 1, true, 3, decode(repeat('00', 32), 'hex'), id FROM l
            ON CONFLICT (zone_id) DO NOTHING
            """
        )
        try await fixture.superuser.execute("UPDATE distribution.stream SET head = \(position)")
        try await fixture.superuser.execute("DELETE FROM distribution.outbox")
    }

    private func refusal(_ node: String, _ zone: String = "example.com", at position: Int64 = 5)
        -> QuarantineStore.Refusal
    {
        QuarantineStore.Refusal(node: node, zoneName: zone, position: position, code: 422, reason: "no SOA")
    }

    @Test("A refused zone is shown, and is in sync nowhere it is refused, whatever is acknowledged")
    func visible() async throws {
        let zones = ZoneRepository(pool: fixture.pool)
        let versions = VersionRepository(pool: fixture.pool)
        #expect(try await zones.distribution(of: zone).isDistributed)
        #expect(try await versions.status(of: "1", zone: zone).acknowledged == 2)
        #expect(try await glue.write([refusal("b"), refusal("b", "never-published.example")]) == 1)
        #expect(try await zones.distribution(of: zone).acknowledged == 1)
        #expect(try await versions.status(of: "1", zone: zone).acknowledged == 1)
        let status = try await StatusRepository(pool: fixture.pool).snapshot()
        #expect(status.refusals == 1)
        let shown = try #require(status.refused.first)
        #expect(shown.name == "example.com" && shown.node == "b" && shown.version == 1)
        #expect(shown.code == 422 && shown.reason == "no SOA")
    }

    @Test("Only a later entry of the zone that the consumer acknowledges ends it; a refusal of that one goes on")
    func settled() async throws {
        try await glue.write([refusal("a"), refusal("b")])
        #expect(try await glue.settle().isEmpty)
        try await publish(at: 6)
        #expect(try await glue.settle().isEmpty)
        try await glue.write([refusal("b", at: 6)])
        try await fixture.superuser.execute("UPDATE distribution.node SET acked = 6")
        #expect(try await glue.settle().map(\.node) == ["a"])
        #expect(try await glue.count() == 1)
        try await fixture.superuser.execute("UPDATE distribution.zone SET live = false")
        #expect(try await glue.settle().map(\.zone) == ["example.com"])
    }

    @Test("A refusal in a snapshot is of the head; the next snapshot makes it void")
    func snapshots() async throws {
        try await glue.write([refusal("a", at: 0), refusal("b", at: 0)])
        #expect(try await glue.settle().isEmpty)
        try await glue.forget(nodes: ["a"])
        #expect(try await glue.count() == 1)
    }

    @Test("Released, the zone is in the stream once more as it is; what nobody refuses is not")
    func released() async throws {
        let store = QuarantineStore(pool: try fixture.database.pool(.operator, size: 1))
        #expect(try await store.release(zone: "example.com") == false)
        try await glue.write([refusal("a"), refusal("b")])
        #expect(try await store.zones() == ["example.com"])
        #expect(try await store.release(zone: "example.com"))
        let row = try await fixture.superuser.query(
            """
            SELECT zone_id, version, base_version IS NULL AND diff IS NULL AS whole FROM distribution.log
            WHERE pos IS NULL
            """
        )
        #expect(row.count == 1)
        #expect(try row.first?.decode("zone_id") == zone.id)
        #expect(try row.first?.decode("version", as: Int64.self) == 1)
        #expect(try row.first?.decode("whole", as: Bool.self) == true)
        // Only what comes of it ends the quarantine.
        #expect(try await glue.count() == 2)
    }

    @Test("The table is bounded, and what is in it can still change; reasons are cut")
    func bounded() async throws {
        try await fixture.superuser.execute(
            """
            INSERT INTO distribution.quarantine (node, zone_name, zone_id, version, position, code, reason)
            SELECT 'x' || n, 'example.com', \(zone.id), 1, 1, 422, ''
            FROM generate_series(1, \(QuarantineStore.capacity - 1)) AS n
            """
        )
        #expect(try await glue.write([refusal("a"), refusal("b")]) == 1)
        #expect(try await glue.write([refusal("c")]) == 0)
        let long = QuarantineStore.Refusal(
            node: "x1",
            zoneName: "example.com",
            position: 5,
            code: 460,
            reason: String(repeating: "é", count: 300)
        )
        #expect(try await glue.write([long]) == 1)
        #expect(try await glue.count() == QuarantineStore.capacity)
        let status = try await StatusRepository(pool: fixture.pool).snapshot()
        #expect(status.refusals == QuarantineStore.capacity)
        #expect(status.refused.count == StatusSnapshot.shownRefusals)
        let kept = try await fixture.superuser.query(
            "SELECT length(reason) FROM distribution.quarantine WHERE node = 'x1' AND code = 460"
        )
        #expect(try kept.first?.decode(0, as: Int32.self) == 200)
    }
}
