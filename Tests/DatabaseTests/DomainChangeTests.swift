// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import Testing

@Suite("Changes of domains and zones")
struct DomainChangeTests {
    @Test("A new domain has an active zone with the platform's SOA and NS records")
    func create() async throws {
        let fixture = try await EditorFixture.make()
        let domain = try await fixture.editor.createDomain(
            account: fixture.account,
            name: "BÜCHER.example.",
            context: fixture.context
        )
        #expect(domain.name == "xn--bcher-kva.example")
        #expect(domain.unicodeName == "bücher.example")
        #expect(domain.state == .hosted)
        let zone = try await fixture.zone(domain.name)
        #expect(zone.active && !zone.reverse && !zone.secondary)
        #expect(zone.version == 1)
        let records = try await fixture.records(domain.name)
        #expect(records.map(\.type) == ["SOA", "NS", "NS"])
        #expect(records.allSatisfy { $0.systemRecord && $0.name.isEmpty && $0.ttl == 3_600 })
        #expect(records.dropFirst().map(\.content) == ["ns1.host.example", "ns2.host.example"])
        let soa = records[0].content.split(separator: " ").map(String.init)
        #expect(soa[0] == "ns1.host.example")
        #expect(soa[1] == "hostmaster.host.example")
        #expect(Int64(soa[2]) == zone.createdAt.seconds)
        #expect(soa.dropFirst(3) == ["86400", "7200", "604800", "300"])
        let outbox = try await fixture.superuser.first("SELECT op, names, version FROM distribution.outbox")
        #expect(try outbox?.decode("op") == "P")
        #expect(try outbox?.decode("names", as: [String]?.self) == .some(nil))
        #expect(try outbox?.decode("version") == Int64(1))
    }

    @Test("A name that anyone has cannot be taken again")
    func taken() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let fault = ValidationErrors("name", "has already been taken")
        let other = try await fixture.makeAccount()
        for account in [fixture.account, other] {
            await #expect(throws: fault) {
                try await fixture.editor.createDomain(
                    account: account,
                    name: "EXAMPLE.com",
                    context: fixture.context
                )
            }
        }
    }

    @Test("A name below another account's zone needs its owner's word, below one's own it does not")
    func belowForeignZone() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        _ = try await fixture.makeZone("a.b.example.com")
        let other = try await fixture.makeAccount()
        let consent = HostingConsent(account: other.id, name: try ZoneName(customer: "www.example.com"))
        #expect(consent.content == "account=\(other.id) zone=www.example.com")
        let refusal = VerificationRequired(zone: "example.com", consent: consent)
        func make(_ name: String) async throws {
            _ = try await fixture.editor.createDomain(account: other, name: name, context: fixture.context)
        }
        await #expect(throws: refusal) { try await make("www.example.com") }
        // The word for another account, another name, at another owner or of another type is none.
        for (owner, type, content) in [
            (HostingConsent.owner, "TXT", "account=\(other.id + 1) zone=www.example.com"),
            (HostingConsent.owner, "TXT", "account=\(other.id) zone=web.example.com"),
            (HostingConsent.owner, "SPF", consent.content), ("www", "TXT", consent.content),
        ] {
            try await fixture.create(RecordInput(name: owner, type: type, content: content))
            await #expect(throws: refusal) { try await make("WWW.example.com") }
        }
        let before = try await fixture.footprint()
        await #expect(throws: refusal) { try await make("www.example.com") }
        #expect(try await fixture.footprint() == before)

        try await fixture.create(
            RecordInput(name: HostingConsent.owner, type: "TXT", content: "\"\(consent.content)\"")
        )
        try await make("www.example.com")
        // It holds for the name alone. What is below is its new owner's, and no longer that of the zone above.
        await #expect(throws: VerificationRequired.self) { try await make("mail.example.com") }
        try await make("x.y.www.example.com")
        await #expect(throws: VerificationRequired.self) { try await fixture.makeZone("z.www.example.com") }
    }

    @Test("The longest names can be allowed, too")
    func longConsent() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let other = try await fixture.makeAccount()
        let label = String(repeating: "a", count: 60)
        let name = "\([label, label, label, String(label.prefix(56))].joined(separator: ".")).example.com"
        let consent = HostingConsent(account: other.id, name: try ZoneName(customer: name))
        #expect(consent.content.utf8.count > 255)
        try await fixture.create(RecordInput(name: HostingConsent.owner, type: "TXT", content: consent.content))
        _ = try await fixture.editor.createDomain(account: other, name: name, context: fixture.context)
    }

    @Test("A reverse zone is marked as one")
    func reverse() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone("2.0.192.in-addr.arpa")
        #expect(zone.reverse)
    }

    @Test("A deleted domain is withdrawn, its records stay in the history, and its next zone is younger")
    func delete() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        let record = try await fixture.create(.a("www"))
        try await fixture.editor.deleteDomain(
            account: fixture.account,
            .name("example.com"),
            context: fixture.context
        )
        #expect(try await fixture.count("app.domain") == 0)
        #expect(try await fixture.count("app.zone") == 0)
        #expect(try await fixture.count("app.record") == 0)
        let outbox = try await fixture.superuser.first("SELECT * FROM distribution.outbox ORDER BY id DESC LIMIT 1")
        #expect(try outbox?.decode("op") == "D")
        #expect(try outbox?.decode("zone_id") == zone.id)
        #expect(try outbox?.decode("version") == Int64(3))
        let kept = try await fixture.superuser.query(
            """
            SELECT d->>'id' AS id, d->>'content' AS content FROM app.zone_change, jsonb_array_elements(summary->'deletes') d
            WHERE zone_id = \(zone.id) AND version = 3 AND d->>'name' = 'www'
            """
        )
        #expect(try kept.map { try $0.decode("id") } == [String(record.id)])
        await #expect(throws: NotFound(.domain, "example.com")) {
            try await fixture.editor.deleteDomain(
                account: fixture.account,
                .name("example.com"),
                context: fixture.context
            )
        }
        #expect(try await fixture.makeZone().id > zone.id)
    }

    @Test("A zone is switched off and on; the second switch in a row does nothing")
    func activation() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        func set(_ active: Bool) async throws -> Zone {
            try await fixture.editor.setActive(
                active,
                account: fixture.account,
                zone: .name("example.com"),
                context: fixture.context
            )
        }
        let off = try await set(false)
        #expect(!off.active)
        #expect(off.version == zone.version + 1)
        #expect(try await fixture.zone() == off)
        #expect(try await set(false) == off)
        let on = try await set(true)
        #expect(on.active)
        let operations = try await fixture.superuser.query("SELECT op FROM distribution.outbox ORDER BY id")
            .map { try $0.decode(0, as: String.self) }
        #expect(operations == ["P", "D", "P"])
    }

    @Test(
        "The operator deletes any zone: with its domain, or one that has none, the root too",
        arguments: [".", "example.com"]
    )
    func deleteZone(name: String) async throws {
        let fixture = try await EditorFixture.make()
        let file = "@ 60 IN SOA a.example.net. b.example.net. 1 2 3 4 5\n@ 60 IN NS a.example.net.\n"
        let request = ZoneImportRequest(file: Array(file.utf8), mode: .replace, authority: .operator)
        try await fixture.importFile(request, named: name)
        #expect(try await fixture.count("app.domain") == (name == "." ? 0 : 1))
        let zone = try await fixture.zone(name)
        let deleted = try await fixture.editor.deleteZone(named: name, context: ChangeContext(actor: .platform))
        #expect(deleted == zone)
        for table in ["app.domain", "app.zone", "app.record"] { #expect(try await fixture.count(table) == 0) }
        let outbox = try await fixture.superuser.first("SELECT * FROM distribution.outbox ORDER BY id DESC LIMIT 1")
        #expect(try outbox?.decode("op") == "D")
        #expect(try outbox?.decode("version") == zone.version + 1)
        let audit = try await fixture.superuser.first("SELECT action, actor FROM app.audit ORDER BY id DESC LIMIT 1")
        #expect(try audit?.decode("action") == (name == "." ? "zone.delete" : "domain.delete"))
        #expect(try audit?.decode("actor") == "platform")
        await #expect(throws: NotFound(.zone, name)) {
            try await fixture.editor.deleteZone(named: name, context: ChangeContext(actor: .platform))
        }
    }
}
