// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import Testing

@Suite("Imports of zone files")
struct ImportTests {
    private static let file = """
        $TTL 300
        @ IN SOA ns.old.example. admin.old.example. 7 1 2 3 4
        @ IN NS ns.old.example.
        www IN A 192.0.2.1
        mail IN MX 10 mx
        """

    private func request(
        _ file: String = Self.file,
        mode: ZoneImportRequest.Mode = .merge,
        authority: ZoneImportRequest.Authority = .customer,
        dryRun: Bool = false
    ) -> ZoneImportRequest {
        ZoneImportRequest(file: Array(file.utf8), mode: mode, authority: authority, dryRun: dryRun)
    }

    private func run(_ request: ZoneImportRequest, _ fixture: EditorFixture) async throws -> ZoneImportReport {
        try await fixture.editor.importZone(
            account: fixture.account,
            zone: .name("example.com"),
            request,
            context: fixture.context
        )
    }

    @Test("A dry run tells what the import then does, and changes nothing")
    func dryRun() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let before = try await fixture.footprint()
        var planned = try await run(request(dryRun: true), fixture)
        #expect(try await fixture.footprint() == before)
        #expect(planned.dryRun)
        let done = try await run(request(), fixture)
        planned.dryRun = false
        #expect(done == planned)
        #expect(done.creates.map(\.name) == ["www", "mail"])
        #expect(done.skippedCount == 2)
        let names = try await fixture.records().filter { !$0.systemRecord }.map(\.name)
        #expect(names == ["www", "mail"])
        let again = try await run(request(), fixture)
        #expect(again.unchangedCount == 2)
        #expect(again.createCount == 0)
    }

    @Test("A file with an error changes nothing")
    func errors() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let before = try await fixture.footprint()
        let error = await #expect(throws: ZoneImportError.self) {
            try await run(request("a 60 A 192.0.2.1\nb 60 A nonsense\nc 60 A 192.0.2.1\nd A x\n"), fixture)
        }
        #expect(error?.lines.map(\.line) == [2, 4])
        #expect(try await fixture.footprint() == before)
    }

    @Test("A replacing import is one change of the zone")
    func replace() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        let gone = try await fixture.create(.a("gone"))
        let report = try await run(request(mode: .replace), fixture)
        #expect(report.deletes.map(\.name) == ["gone"])
        #expect(try await fixture.zone().version == zone.version + 2)
        await #expect(throws: NotFound.self) {
            try await RecordRepository(pool: fixture.pool).record(zone: zone, id: gone.id)
        }
        let row = try await fixture.superuser.first("SELECT names FROM distribution.outbox ORDER BY id DESC LIMIT 1")
        #expect(try row?.decode("names") == ["gone", "mail", "www"])
    }

    @Test("The operator's import makes the zone, the root too, and takes its SOA and NS over")
    func root() async throws {
        let fixture = try await EditorFixture.make()
        let file = """
            . 86400 IN SOA a.root-servers.net. nstld.example. 2026112300 1800 900 604800 86400
            . 518400 IN NS a.root-servers.net.
            com. 172800 IN NS a.gtld-servers.net.
            . 86400 IN SOA a.root-servers.net. nstld.example. 2026112300 1800 900 604800 86400
            """
        let report = try await fixture.editor.importZone(
            account: fixture.account,
            named: ".",
            request(file, authority: .operator),
            context: ChangeContext(actor: .platform)
        )
        #expect(report.zoneName == ".")
        #expect(try await fixture.count("app.domain") == 0)
        let records = try await fixture.records(".")
        #expect(
            Set(records.map { "\($0.name) \($0.type) \($0.content) \($0.systemRecord)" }) == [
                " SOA a.root-servers.net nstld.example 2026112300 1800 900 604800 86400 true",
                " NS a.root-servers.net true",
                "com NS a.gtld-servers.net false",
            ]
        )
        let text = try await RecordRepository(pool: fixture.pool).zoneFile(of: try await fixture.zone("."))
        #expect(text.contains("\ncom 172800 IN NS a.gtld-servers.net.\n"))
    }

    @Test("A customer cannot import a zone that no customer can own", arguments: [".", "com"])
    func forbidden(name: String) async throws {
        let fixture = try await EditorFixture.make()
        await #expect(throws: ValidationErrors.self) {
            try await fixture.editor.importZone(
                account: fixture.account,
                named: name,
                request(),
                context: fixture.context
            )
        }
        #expect(try await fixture.count("app.zone") == 0)
    }

    @Test("Tens of thousands of records go in as one change, and out again as the same file")
    func bulk() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        let lines = (0..<12_000).map { "host-\($0) 300 IN A 10.\($0 / 65_536).\($0 / 256 % 256).\($0 % 256)" }
        let report = try await run(request(lines.joined(separator: "\n")), fixture)
        #expect(report.createCount == 12_000)
        #expect(report.creates.count == ZoneImportReport.maximumEntries)
        #expect(try await fixture.zone().version == zone.version + 1)
        let outbox = try await fixture.superuser.first("SELECT names FROM distribution.outbox ORDER BY id DESC LIMIT 1")
        #expect(try outbox?.decode("names", as: [String]?.self) == .some(nil))
        let text = try await RecordRepository(pool: fixture.pool).zoneFile(of: zone)
        #expect(text.split(separator: "\n").count == 2 + 3 + 12_000)
        let told = try await fixture.superuser.first(
            "SELECT sum(jsonb_array_length(summary->'creates')) AS count FROM app.zone_change WHERE version = 2"
        )
        #expect(try told?.decode("count") == Int64(12_000))
        let again = try await run(request(text, mode: .replace), fixture)
        #expect(again.unchangedCount == 12_000)
        #expect(again.createCount + again.updateCount + again.deleteCount == 0)
    }

    @Test("A zone's own export changes nothing, whatever its serial has become")
    func ownExport() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        _ = try await run(request(), fixture)
        try await fixture.superuser.execute(
            """
            INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
            SELECT id, name, version, 1900000000, true, 5, decode(repeat('00', 32), 'hex'), 1 FROM app.zone
            """
        )
        let text = try await RecordRepository(pool: fixture.pool).zoneFile(of: zone)
        #expect(text.contains(" 1900000000 86400 "))
        let before = try await fixture.footprint()
        let report = try await run(request(text, mode: .replace, authority: .operator), fixture)
        #expect(report.updateCount == 0 && report.unchangedCount == 5)
        #expect(try await fixture.footprint() == before)
        // A serial that is further ahead is a wish.
        let further = text.replacing(" 1900000000 ", with: " 1900000001 ")
        #expect(try await run(request(further, authority: .operator), fixture).updateCount == 1)
    }
}
