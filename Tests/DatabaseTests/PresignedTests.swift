// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import TestSupport
import Testing

@Suite("Zones that were signed elsewhere")
struct PresignedTests {
    @Test("The file becomes the zone, with its serial, and the zone knows until when its signatures last")
    func imported() async throws {
        let fixture = try await EditorFixture.make()
        let report = try await fixture.importFile(SignedFile().request())
        #expect(report.signing?.serial == 7)
        let zone = try await fixture.zone()
        #expect(zone.isPresigned)
        let row = try await fixture.superuser.first("SELECT signatures_expire_at FROM app.zone")
        let expiry = try #require(try row?.decode("signatures_expire_at", as: PostgresTimestamp?.self))
        #expect(Timestamp(microseconds: expiry.microseconds).iso8601 == "2086-01-01T00:00:00Z")
        let records = try await fixture.records()
        #expect(records.count == SignedFile().text.split(separator: "\n").count)
        #expect(records.filter(\.systemRecord).map(\.type).sorted() == ["NS", "SOA"])
        #expect(records.first { $0.type == "NS" }?.content == "ns.example.net")
    }

    @Test("The same file again, and the zone's own export, change nothing")
    func again() async throws {
        let fixture = try await EditorFixture.make()
        try await fixture.importFile(SignedFile().request())
        // As the publisher does.
        try await fixture.superuser.execute(
            """
            INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
            SELECT id, name, version, 7, true, 16, decode(repeat('00', 32), 'hex'), 1 FROM app.zone
            """
        )
        let before = try await fixture.footprint()
        let version = try await fixture.zone().version
        #expect(try await fixture.importFile(SignedFile().request()).unchangedCount == 16)
        let text = try await RecordRepository(pool: fixture.pool).zoneFile(of: try await fixture.zone())
        #expect(text.hasPrefix("; signed elsewhere"))
        var request = SignedFile().request()
        request.file = Array(text.utf8)
        #expect(try await fixture.importFile(request).unchangedCount == 16)
        #expect(try await fixture.footprint() == before)
        #expect(try await fixture.zone().version == version)
    }

    @Test("Between an import and its publication the export has the serial that the signature covers")
    func exportBeforePublication() async throws {
        let fixture = try await EditorFixture.make()
        try await fixture.importFile(SignedFile().request())
        try await fixture.superuser.execute(
            """
            INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
            SELECT id, name, version, 5, true, 16, decode(repeat('00', 32), 'hex'), 1 FROM app.zone
            """
        )
        let text = try await RecordRepository(pool: fixture.pool).zoneFile(of: try await fixture.zone())
        #expect(text.contains("admin.example.net. 7 7200"))
    }

    @Test("Its records cannot be changed one by one, by batch or by a customer's import")
    func closed() async throws {
        let fixture = try await EditorFixture.make()
        try await fixture.importFile(SignedFile().request())
        let before = try await fixture.footprint()
        let id = try #require(try await fixture.records().first { $0.name == "h0" && $0.type == "A" }).id
        let (editor, account, zone) = (fixture.editor, fixture.account, ResourceIdentifier.name("example.com"))
        let attempts: [@Sendable () async throws -> Void] = [
            { try await fixture.create(.a("www")) },
            {
                _ = try await editor.updateRecord(
                    account: account,
                    zone: zone,
                    id: id,
                    RecordInput(ttl: 60),
                    context: fixture.context
                )
            },
            { try await editor.deleteRecord(account: account, zone: zone, id: id, context: fixture.context) },
            {
                _ = try await editor.batch(
                    account: account,
                    zone: zone,
                    BatchInput(deletes: [id]),
                    context: fixture.context
                )
            },
            {
                _ = try await editor.importZone(
                    account: account,
                    zone: zone,
                    ZoneImportRequest(file: Array("www 60 A 192.0.2.1".utf8)),
                    context: fixture.context
                )
            },
            { try await fixture.importFile(SignedFile(serial: 8).request(.edited)) },
        ]
        for (number, attempt) in attempts.enumerated() {
            let error = await #expect(throws: ValidationErrors.self, "attempt \(number)") { try await attempt() }
            #expect(error?["base"].first?.hasPrefix("The zone was signed elsewhere") == true)
        }
        #expect(try await fixture.footprint() == before)
    }

    @Test("A new signing replaces the old one in one change, with a short history and no event a record")
    func resigned() async throws {
        let fixture = try await EditorFixture.make()
        try await fixture.makeWebhook()
        try await fixture.importFile(SignedFile().request())
        let events = try await fixture.superuser.query("SELECT args->>'event' AS event FROM jobs.job ORDER BY id")
        #expect(try events.map { try $0.decode("event", as: String.self) }.contains("dnssec.create"))
        let jobs = try await fixture.count("jobs.job")
        let version = try await fixture.zone().version
        let report = try await fixture.importFile(SignedFile(serial: 8, signature: "BBBB").request())
        // All signatures, and the SOA, whose row stays.
        #expect((report.createCount, report.updateCount, report.deleteCount) == (8, 1, 8))
        #expect(try await fixture.zone().version == version + 1)
        #expect(try await fixture.count("jobs.job") == jobs)
        let row = try await fixture.superuser.first(
            "SELECT summary::text FROM app.zone_change ORDER BY id DESC LIMIT 1"
        )
        #expect(
            try row?.decode(0) == #"{"import": {"serial": 8, "creates": 8, "deletes": 8, "updates": 1}}"#
        )
        #expect(try await fixture.records().filter { $0.type == "RRSIG" }.allSatisfy { $0.content.hasSuffix(" BBBB") })
    }

    @Test("An older serial, or other records under the same one, change nothing")
    func staleSerial() async throws {
        let fixture = try await EditorFixture.make()
        try await fixture.importFile(SignedFile(serial: 8).request())
        let before = try await fixture.footprint()
        for file in [SignedFile(serial: 7), SignedFile(serial: 8, signature: "BBBB")] {
            await #expect(throws: ZoneImportError.self) { try await fixture.importFile(file.request()) }
        }
        #expect(try await fixture.footprint() == before)
    }

    @Test("Unsigning drops what signing made and opens the zone again")
    func unsigned() async throws {
        let fixture = try await EditorFixture.make()
        try await fixture.importFile(SignedFile().request())
        let report = try await fixture.importFile(SignedFile(serial: 8).request(.dropped))
        #expect(report.signing == nil)
        #expect(try await fixture.zone().isPresigned == false)
        #expect(Set(try await fixture.records().map(\.type)) == ["SOA", "NS", "A"])
        let summary = try await fixture.superuser.first(
            "SELECT summary::text AS text FROM app.zone_change ORDER BY id DESC LIMIT 1"
        )
        #expect(
            try summary?.decode("text") == #"{"import": {"serial": null, "creates": 0, "deletes": 12, "updates": 1}}"#
        )
        let row = try await fixture.superuser.first("SELECT signatures_expire_at IS NULL FROM app.zone")
        #expect(try row?.decode(0) == true)
        try await fixture.create(.a("www"))
    }

    @Test("Signatures that have ended are taken only when allowed, and the zone says so")
    func expired() async throws {
        let fixture = try await EditorFixture.make()
        let file = SignedFile(expiration: "20260101000000")
        await #expect(throws: ZoneImportError.self) { try await fixture.importFile(file.request()) }
        let report = try await fixture.importFile(file.request(.presigned(allowsExpired: true)))
        #expect(report.warnings.count == 8)
        let summary = try await PresignedSummary.read(try fixture.database.pool(.glue, size: 1))
        #expect(summary.zones == 1)
        #expect((summary.secondsLeft ?? 0) < 0)
    }

    @Test("Without such zones there is no end of signatures to tell")
    func noneSummary() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let summary = try await PresignedSummary.read(try fixture.database.pool(.glue, size: 1))
        #expect(summary.zones == 0 && summary.secondsLeft == nil)
    }

    @Test("An import of many names, and one of many imports, go behind what people wait for", arguments: [true, false])
    func lanes(isBulk: Bool) async throws {
        let fixture = try await EditorFixture.make()
        var request = SignedFile(hosts: isBulk ? 2 : 1_001).request()
        request.isBulk = isBulk
        try await fixture.importFile(request)
        let lanes: PostgresQuery = "SELECT DISTINCT lane FROM distribution.outbox ORDER BY lane"
        #expect(try await fixture.superuser.query(lanes).map { try $0.decode(0, as: Int16.self) } == [1])
        try await fixture.importFile(SignedFile(serial: 8, hosts: isBulk ? 2 : 1_001).request())
        let last = try await fixture.superuser.first(
            "SELECT lane, names FROM distribution.outbox ORDER BY id DESC LIMIT 1"
        )
        // Only the SOA differs.
        #expect(try last?.decode("lane", as: Int16.self) == 0)
        #expect(try last?.decode("names") == [""])
    }
}
