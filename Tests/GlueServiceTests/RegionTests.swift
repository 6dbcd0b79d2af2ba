// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres
import Synchronization
import TestSupport
import Testing
import ZoneStore
import ZoneSync

@testable import GlueService

@Suite struct RegionTests {
    @Test func aRegionHasItsOwnRecordsBesideThoseOfEverywhere() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        try await fixture.add(zone, "www", "192.0.2.10", ["AMS", "FRA"])
        try await fixture.add(zone, "only", "192.0.2.11", ["SYD"])
        try await fixture.publishAll()
        #expect(try await fixture.addresses("example.com", "") == ["www 192.0.2.1"])
        #expect(try await fixture.addresses("example.com", "AMS") == ["www 192.0.2.1", "www 192.0.2.10"])
        #expect(try await fixture.addresses("example.com", "FRA") == ["www 192.0.2.1", "www 192.0.2.10"])
        #expect(try await fixture.addresses("example.com", "SYD") == ["only 192.0.2.11", "www 192.0.2.1"])
        #expect(try await fixture.addresses("example.com", "ORD") == ["www 192.0.2.1"])
        for region in ["", "AMS", "FRA", "SYD", "ORD"] {
            #expect(try await fixture.hashIsRight("example.com", in: region), "\(region)")
        }
        #expect(try await fixture.published(zone)?.regions == ["AMS", "FRA", "SYD"])
    }

    @Test func anEntryCarriesEachRegionsDifference() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        try await fixture.add(zone, "www", "192.0.2.10", ["AMS"])
        try await fixture.publishAll()
        let limited = try #require(try await fixture.source().entries(after: 1, limit: 10).first)
        let amsterdam = try fixture.source(in: "AMS").seen(limited)
        // Everywhere only the serial changes.
        #expect(limited.added == 1 && limited.removed == 0)
        #expect(amsterdam.added == 3 && amsterdam.removed == 0 && amsterdam.baseVersion == 1)
        #expect(amsterdam.diff?.contains("+www.example.com. 3600 IN A 192.0.2.1\n") == true)
        #expect(amsterdam.diff?.contains("+www.example.com. 3600 IN A 192.0.2.10\n") == true)
        #expect(try fixture.source(in: "SYD").seen(limited).diff == limited.diff)
        #expect(amsterdam.hash != limited.hash)
        // A change elsewhere in the zone reaches the region with the region's hash, and a small difference.
        try await fixture.add(zone, "mail", "A", "192.0.2.20")
        try await fixture.publishAll()
        let other = try #require(try await fixture.source().entries(after: 2, limit: 10).first)
        let seen = try fixture.source(in: "AMS").seen(other)
        #expect(seen.added == 2 && seen.diff == other.diff && seen.hash != other.hash)
        #expect(try await fixture.hashIsRight("example.com", in: "AMS"))
    }

    @Test func aRecordThatMovesLeavesTheOneRegionAndReachesTheOther() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.add(zone, "only", "192.0.2.10", ["AMS"])
        try await fixture.publishAll()
        try await fixture.change(zone, names: ["only"]) { transaction in
            try await transaction.execute("UPDATE app.record SET regions = '{SYD}' WHERE name = 'only'")
        }
        try await fixture.publishAll()
        let entry = try #require(try await fixture.source().entries(after: 1, limit: 10).first)
        #expect(Set(entry.regional.keys) == ["AMS", "SYD"])
        #expect(try fixture.source(in: "AMS").seen(entry).diff?.hasPrefix("-only.example.com. A\n") == true)
        #expect(
            try fixture.source(in: "SYD").seen(entry).diff?.contains("+only.example.com. 3600 IN A 192.0.2.10") == true
        )
        // Amsterdam is as everywhere again: nothing is kept for it.
        #expect(try fixture.source(in: "AMS").seen(entry).hash == entry.hash)
        #expect(try await fixture.published(zone)?.regions == ["SYD"])
        #expect(try await fixture.addresses("example.com", "AMS") == ["www 192.0.2.1"])
        // And then it is for everybody.
        try await fixture.change(zone, names: ["only"]) { transaction in
            try await transaction.execute("UPDATE app.record SET regions = '{SYD,global}' WHERE name = 'only'")
        }
        try await fixture.publishAll()
        let last = try #require(try await fixture.source().entries(after: 2, limit: 10).first)
        #expect(try await fixture.published(zone)?.regions == [])
        #expect(try fixture.source(in: "SYD").seen(last).hash == last.hash)
        #expect(try await fixture.rows("regional_rrset") == 0)
        #expect(try await fixture.rows("regional_zone") == 0)
        for region in ["", "AMS", "SYD"] { #expect(try await fixture.hashIsRight("example.com", in: region)) }
    }

    @Test func aWholeZoneIsComparedRegionByRegion() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.add(zone, "one", "192.0.2.10", ["AMS"])
        try await fixture.add(zone, "two", "192.0.2.11", ["AMS"])
        try await fixture.publishAll()
        try await fixture.change(zone, names: nil) { transaction in
            try await transaction.execute("DELETE FROM app.record WHERE name = 'one'")
            try await transaction.execute("UPDATE app.record SET content = '192.0.2.2' WHERE name = 'www'")
        }
        try await fixture.publishAll()
        #expect(try await fixture.addresses("example.com", "AMS") == ["two 192.0.2.11", "www 192.0.2.2"])
        let entry = try #require(try await fixture.source().entries(after: 1, limit: 10).first)
        let seen = try fixture.source(in: "AMS").seen(entry)
        #expect(seen.removed == 1 && seen.added == 2)
        #expect(seen.diff?.hasPrefix("-one.example.com. A\n+example.com. ") == true)
        #expect(try await fixture.hashIsRight("example.com", in: "AMS"))
    }

    @Test func aZoneThatGoesTakesItsRegionsAlong() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.add(zone, "only", "192.0.2.10", ["AMS"])
        try await fixture.publishAll()
        try await fixture.setActive(zone, false)
        try await fixture.publishAll()
        #expect(try await fixture.rows("regional_rrset") == 0)
        #expect(try await fixture.rows("regional_zone") == 0)
        try await fixture.setActive(zone, true)
        try await fixture.publishAll()
        #expect(try await fixture.addresses("example.com", "AMS") == ["only 192.0.2.10", "www 192.0.2.1"])
        #expect(try await fixture.hashIsRight("example.com", in: "AMS"))
        #expect(try await StreamStore(pool: fixture.glue).prune(age: .zero, keep: 0, limit: 100) == 3)
        #expect(try await fixture.rows("regional_log") == 0)
    }

    @Test func zonesWithoutLimitedRecordsLeaveNothingBehind() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        try await fixture.add(zone, "mail", "192.0.2.7", ["global", "AMS"])
        try await fixture.publishAll()
        for table in ["regional_rrset", "regional_zone", "regional_log"] {
            #expect(try await fixture.rows(table) == 0, "\(table)")
        }
        let entries = try await fixture.source().entries(after: 0, limit: 10)
        #expect(entries.allSatisfy { $0.regional.isEmpty })
    }

    @Test func anAliasBesideARegionsOtherRecordsIsRefused() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        try await fixture.add(zone, "shop", "CNAME", "elsewhere.example.net")
        try await fixture.add(zone, "shop", "192.0.2.10", ["AMS"])
        try await fixture.publishAll()
        #expect(fixture.quarantine.report.first?.reason.contains("CNAME") == true)
        #expect(try await fixture.published(zone)?.version == 1)
    }

    @Test func theEpochNamesTheRegion() async throws {
        let fixture = try await ZoneFixture.make()
        let head = try await fixture.source().head()
        #expect(try fixture.source(in: "AMS").seen(head).epoch == head.epoch + "/AMS")
        #expect(try await fixture.source(in: "AMS").snapshot().epoch == head.epoch + "/AMS")
        #expect(RegionalEpoch.base(of: head.epoch + "/AMS") == head.epoch)
        #expect(RegionalEpoch.token(head.epoch, region: "") == head.epoch)
    }
}

extension ZoneFixture {
    /// Adds an address that is limited to regions, as one change.
    func add(_ zone: Int64, _ name: String, _ address: String, _ regions: [String]) async throws {
        try await change(zone, names: [name]) { transaction in
            try await transaction.execute(
                """
                INSERT INTO app.record (zone_id, name, type, content, ttl, regions, rdata)
                VALUES (\(zone), \(name), 'A', \(address), 3600, \(regions), \(Array(address.utf8)))
                """
            )
        }
    }

    /// What consumers of a region are served from.
    func source(in region: String) throws -> any OriginSource {
        source().view(for: OriginNode(name: "n", role: "responder", software: "", region: region))
    }

    /// The addresses of a zone as a region has them: the first label and the address.
    func addresses(_ zone: String, _ region: String) async throws -> [String] {
        let body = try await SnapshotStore(pool: glue, region: region).zone(named: zone)
        return (body?.rrsets ?? []).flatMap { $0.split(separator: "\n") }
            .map { $0.split(separator: " ") }.filter { $0[3] == "A" }
            .map { "\($0[0].prefix { $0 != "." }) \($0[4])" }.sorted()
    }

    /// Whether a region's zone hash and number of records are those of its records.
    func hashIsRight(_ name: String, in region: String) async throws -> Bool {
        guard let body = try await SnapshotStore(pool: glue, region: region).zone(named: name) else { return false }
        let assembled = try Assembled(body.rrsets ?? [])
        return ZoneDigest.zone(assembled.rrsets).bytes == body.zone.hash
            && assembled.rrsets.reduce(0) { $0 + $1.rdatas.count } == Int(body.zone.recordCount)
    }

    /// The number of rows of a table of the schema `distribution`.
    func rows(_ table: String) async throws -> Int64 {
        let query = PostgresQuery(unescaped: "SELECT count(*) FROM distribution.\(table)")
        return try await glue.query(query).first?.decode(0) ?? -1
    }
}
