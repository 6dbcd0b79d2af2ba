// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import Testing

@Suite("Changes of records")
struct RecordChangeTests {
    @Test("A created record is stored, versioned, audited and handed to the publisher")
    func create() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        let record = try await fixture.create(
            RecordInput(name: "WWW", type: "a", content: "192.0.2.7", ttl: 60)
        )
        #expect(record.name == "www")
        #expect(record.type == "A")
        #expect(record.ttl == 60)
        #expect(record.zoneName == "example.com")
        #expect(record.regions == ["global"])
        #expect(try await fixture.zone().version == zone.version + 1)
        let change = try #require(
            try await fixture.superuser.first("SELECT * FROM app.zone_change ORDER BY id DESC LIMIT 1")
        )
        #expect(try change.decode("version") == zone.version + 1)
        #expect(try change.decode("summary", as: String.self).contains("192.0.2.7"))
        let audit = try #require(try await fixture.superuser.first("SELECT * FROM app.audit ORDER BY id DESC LIMIT 1"))
        #expect(try audit.decode("action") == "zone_record.create")
        #expect(try audit.decode("subject") == "example.com/\(record.id)")
        #expect(try audit.decode("token_id") == Int64(7))
        #expect(try audit.decode("remote_address") == "192.0.2.1")
        #expect(try audit.decode("before", as: String?.self) == nil)
        let outbox = try #require(
            try await fixture.superuser.first("SELECT * FROM distribution.outbox ORDER BY id DESC LIMIT 1")
        )
        #expect(try outbox.decode("names") == ["www"])
        #expect(try outbox.decode("op") == "P")
        #expect(try outbox.decode("version") == zone.version + 1)
    }

    @Test("An updated record keeps the fields that were not sent")
    func update() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let made = try await fixture.create(
            RecordInput(name: "", type: "MX", content: "mx1.example.net.", ttl: 600, priority: 10)
        )
        let changed = try await fixture.editor.updateRecord(
            account: fixture.account,
            zone: .name("example.com"),
            id: made.id,
            RecordInput(type: "MX", content: "mx2.example.net"),
            context: fixture.context
        )
        #expect(changed.id == made.id)
        #expect(changed.content == "mx2.example.net")
        #expect(changed.priority == 10)
        #expect(changed.ttl == 600)
        let stored = try await RecordRepository(pool: fixture.pool).record(zone: try await fixture.zone(), id: made.id)
        #expect(stored == changed)
    }

    @Test("An update that changes nothing leaves no trace")
    func idleUpdate() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let made = try await fixture.create(.a("www"))
        let before = try await fixture.footprint()
        let same = try await fixture.editor.updateRecord(
            account: fixture.account,
            zone: .name("example.com"),
            id: made.id,
            RecordInput(content: "192.0.2.1"),
            context: fixture.context
        )
        #expect(same == made)
        #expect(try await fixture.footprint() == before)
    }

    @Test("A deleted record is gone and its owner is handed to the publisher")
    func delete() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        let made = try await fixture.create(.a("www"))
        try await fixture.editor.deleteRecord(
            account: fixture.account,
            zone: .id(zone.id),
            id: made.id,
            context: fixture.context
        )
        await #expect(throws: NotFound(.record, String(made.id))) {
            try await RecordRepository(pool: fixture.pool).record(zone: zone, id: made.id)
        }
        let row = try await fixture.superuser.first("SELECT names FROM distribution.outbox ORDER BY id DESC LIMIT 1")
        #expect(try row?.decode("names") == ["www"])
    }

    @Test("What is not there is named in the API's words")
    func missing() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        await #expect(throws: NotFound(.zone, "nowhere.example")) {
            try await fixture.create(.a("www"), in: "nowhere.example")
        }
        await #expect(throws: NotFound(.record, "99999999")) {
            try await fixture.editor.deleteRecord(
                account: fixture.account,
                zone: .name("example.com"),
                id: 99_999_999,
                context: fixture.context
            )
        }
        #expect(NotFound(.zone, "nowhere.example").message == "Zone `nowhere.example` not found")
    }

    @Test("Another account's zone does not exist")
    func foreignZone() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        let other = try await fixture.makeAccount()
        for identifier in [ResourceIdentifier.name("example.com"), .id(zone.id)] {
            await #expect(throws: NotFound(.zone, identifier.description)) {
                try await fixture.editor.createRecord(
                    account: other,
                    zone: identifier,
                    .a("www"),
                    context: fixture.context
                )
            }
        }
    }

    @Test("The platform's records cannot be changed")
    func systemRecords() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let fault = ValidationErrors("base", "System records cannot be changed")
        for record in try await fixture.records() {
            #expect(record.systemRecord)
            await #expect(throws: fault) {
                try await fixture.editor.deleteRecord(
                    account: fixture.account,
                    zone: .name("example.com"),
                    id: record.id,
                    context: fixture.context
                )
            }
            await #expect(throws: fault) {
                try await fixture.editor.updateRecord(
                    account: fixture.account,
                    zone: .name("example.com"),
                    id: record.id,
                    RecordInput(ttl: 60),
                    context: fixture.context
                )
            }
        }
    }
}
