// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import Testing

@Suite("All or nothing")
struct AtomicityTests {
    /// Makes every insert into a table fail, as a full disk or a broken constraint would.
    private func breakTable(_ table: String, _ fixture: EditorFixture) async throws {
        try await fixture.superuser.execute(
            """
            CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'broken on purpose'; END $$
            """
        )
        try await fixture.superuser.execute(
            """
            CREATE TRIGGER refuse BEFORE INSERT ON \(unescaped: table) FOR EACH ROW EXECUTE FUNCTION public.refuse()
            """
        )
    }

    @Test(
        "When any of a change's rows cannot be written, none is",
        arguments: ["jobs.job", "distribution.outbox", "app.audit", "app.zone_change"]
    )
    func brokenTable(table: String) async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        try await fixture.makeWebhook()
        let kept = try await fixture.create(.a("kept"))
        try await breakTable(table, fixture)
        let before = try await fixture.footprint()
        let zone = try await fixture.zone()
        await #expect(throws: PostgresError.self) { try await fixture.create(.a("www")) }
        await #expect(throws: PostgresError.self) {
            try await fixture.editor.deleteRecord(
                account: fixture.account,
                zone: .name("example.com"),
                id: kept.id,
                context: fixture.context
            )
        }
        await #expect(throws: PostgresError.self) { try await fixture.makeZone("second.example") }
        await #expect(throws: PostgresError.self) {
            try await fixture.editor.deleteDomain(
                account: fixture.account,
                .name("example.com"),
                context: fixture.context
            )
        }
        #expect(try await fixture.footprint() == before)
        #expect(try await fixture.zone() == zone)
    }

    @Test("A webhook of the account gets one job an event, with the envelope as its body")
    func webhooks() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        try await fixture.makeWebhook()
        try await fixture.makeWebhook()
        let context = fixture.context
        let made = try await fixture.editor.batch(
            account: fixture.account,
            zone: .name("example.com"),
            BatchInput(creates: [.a("one"), .a("two")]),
            context: context
        ).creates
        let rows = try await fixture.superuser.query(
            """
            SELECT kind, args->>'event' AS event, (args->>'body')::jsonb->'data'->'zone_record'->>'id' AS record,
                   (args->>'body')::jsonb->>'request_identifier' AS identifier, args->>'request_id' AS request
            FROM jobs.job ORDER BY id
            """
        )
        #expect(rows.count == 4)
        #expect(try rows.allSatisfy { try $0.decode("kind") == "webhook.deliver" })
        #expect(try rows.allSatisfy { try $0.decode("event") == "zone_record.create" })
        let records: [String] = try rows.map { try $0.decode("record") }
        #expect(records == [made[0].id, made[0].id, made[1].id, made[1].id].map(String.init))
        let identifiers: [String] = try rows.map { try $0.decode("identifier") }
        #expect(identifiers[0] == context.requestID.text)
        #expect(Set(identifiers).count == 2)
        #expect(try rows.map { try $0.decode("request", as: String.self) } == identifiers)
    }

    @Test("A suppressed webhook and another account's get nothing")
    func silentWebhooks() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        try await fixture.makeWebhook()
        try await fixture.superuser.execute("UPDATE app.webhook SET suppressed_at = now()")
        let other = try await fixture.makeAccount()
        try await fixture.superuser.execute(
            "INSERT INTO app.webhook (account_id, url, secret) VALUES (\(other.id), 'https://hook.example/', 'x')"
        )
        try await fixture.create(.a("www"))
        #expect(try await fixture.count("jobs.job") == 0)
    }

    @Test("The web service cannot read or change what is not its own")
    func grants() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        for statement: PostgresQuery in [
            "SELECT 1 FROM jobs.job", "DELETE FROM app.audit", "UPDATE app.zone_change SET version = 0",
            "DELETE FROM distribution.outbox", "UPDATE distribution.stream SET head = 9",
            "INSERT INTO distribution.node (name) VALUES ('x')", "SELECT 1 FROM distribution.rrset",
        ] {
            let error = await #expect(throws: PostgresError.self) { try await fixture.pool.execute(statement) }
            #expect(error?.sqlState == "42501", "\(statement)")
        }
    }
}
