// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Identity
import Logging
import Postgres
import TestSupport
import Testing

@Suite("Listings, tokens and status")
struct QueryTests {
    @Test("Records are filtered, sorted and paged, with totals")
    func records() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        _ = try await fixture.editor.batch(
            account: fixture.account,
            zone: .name("example.com"),
            BatchInput(creates: [
                .a("www", "192.0.2.9"), .a("", "192.0.2.5"), RecordInput(name: "www", type: "TXT", content: "100%_x"),
                .a("web", "192.0.2.1"),
            ]),
            context: fixture.context
        )
        let repository = RecordRepository(pool: fixture.pool)
        func names(_ filter: RecordFilter, _ sort: String = "") async throws -> [String] {
            try await repository.list(zone: zone, filter: filter, sort: Sort.parse(sort)).items
                .map { "\($0.name):\($0.type)" }
        }
        #expect(try await names(RecordFilter(name: "WWW")) == ["www:A", "www:TXT"])
        #expect(try await names(RecordFilter(name: "", type: "a")) == [":A"])
        #expect(try await names(RecordFilter(nameLike: "W"), "content:desc") == ["www:A", "web:A", "www:TXT"])
        #expect(try await names(RecordFilter(nameLike: "%")) == [])
        #expect(try await names(RecordFilter(type: "A"), "name,id:desc") == [":A", "web:A", "www:A"])
        #expect(try await names(RecordFilter(type: "BOGUS")) == [])
        let page = try await repository.list(zone: zone, page: Page(number: 2, size: 3))
        #expect(page.totalEntries == 7)
        #expect(page.totalPages == 3)
        #expect(page.items.count == 3)
        let beyond = try await repository.list(zone: zone, page: Page(number: 9, size: 3))
        #expect(beyond.items.isEmpty)
        #expect(beyond.totalEntries == 7)
        let full = try await repository.list(zone: zone, page: Page(number: 1, size: 7))
        #expect(full.totalEntries == 7)
    }

    @Test("Domains and zones are those of the account, by name, an exact match first")
    func domains() async throws {
        let fixture = try await EditorFixture.make()
        for name in ["my-example.com", "example.com", "an-example.com", "other.net"] {
            _ = try await fixture.makeZone(name)
        }
        let other = try await fixture.makeAccount()
        let domains = DomainRepository(pool: fixture.pool)
        let zones = ZoneRepository(pool: fixture.pool)
        let found = try await domains.list(account: fixture.account.id, filter: NameFilter(nameLike: "EXAMPLE.com"))
        #expect(found.items.map(\.name) == ["example.com", "an-example.com", "my-example.com"])
        #expect(try await domains.list(account: other.id).items.isEmpty)
        #expect(try await zones.list(account: other.id).totalEntries == 0)
        let sorted = try await zones.list(account: fixture.account.id, sort: Sort.parse("id:desc"))
        #expect(sorted.items.map(\.name) == ["other.net", "an-example.com", "example.com", "my-example.com"])
        let none = try await domains.list(account: fixture.account.id, filter: NameFilter(nameLike: "nowhere.example"))
        #expect(none.items.isEmpty && none.totalEntries == 0)
        #expect(try await domains.domain(account: fixture.account.id, .name("OTHER.net.")).name == "other.net")
        await #expect(throws: NotFound(.domain, "other.net")) {
            try await domains.domain(account: other.id, .name("other.net"))
        }
    }

    @Test("A token opens its account until it is revoked or expires")
    func tokens() async throws {
        let fixture = try await EditorFixture.make()
        let store = TokenStore(pool: fixture.pool)
        let made = try await store.create(account: fixture.account.id, name: "ci", access: .read)
        let principal = try #require(try await store.caller(for: made.secret.hash)?.caller.soleAccount)
        #expect(principal.account == fixture.account)
        #expect(principal.tokenID == made.token.id)
        #expect(!principal.canWrite)
        #expect(try await store.caller(for: TokenSecret().hash) == nil)
        let stored = try await fixture.superuser.first("SELECT encode(token_hash, 'escape') AS text FROM app.api_token")
        #expect(try stored?.decode("text", as: String.self).contains(made.secret.text.reveal()) == false)
        #expect(try await store.revoke(account: fixture.account.id, id: made.token.id))
        #expect(try await store.revoke(account: fixture.account.id, id: made.token.id) == false)
        #expect(try await store.caller(for: made.secret.hash) == nil)
        let expired = try await store.create(
            account: fixture.account.id,
            name: "old",
            expiresAt: Timestamp(seconds: 1)
        )
        #expect(try await store.caller(for: expired.secret.hash) == nil)
        #expect(try await store.tokens(account: fixture.account.id).map(\.name) == ["ci", "old"])
    }

    @Test("A token's use is noted once a minute")
    func lastUse() async throws {
        let fixture = try await EditorFixture.make()
        let store = TokenStore(pool: fixture.pool)
        let made = try await store.create(account: fixture.account.id, name: "ci")
        func lastUse() async throws -> Timestamp? {
            try await store.tokens(account: fixture.account.id).first?.lastUsedAt
        }
        #expect(try await lastUse() == nil)
        try await store.noteUse(of: [made.token.id: Timestamp(seconds: 1_000), 99: Timestamp(seconds: 1_000)])
        #expect(try await lastUse() == Timestamp(seconds: 1_000))
        try await store.noteUse(of: [made.token.id: Timestamp(seconds: 1_060)])
        #expect(try await lastUse() == Timestamp(seconds: 1_000))
        try await store.noteUse(of: [made.token.id: Timestamp(seconds: 1_061)])
        #expect(try await lastUse() == Timestamp(seconds: 1_061))
    }

    @Test("A zone is distributed once every connected node has acknowledged its version")
    func distribution() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        let zones = ZoneRepository(pool: fixture.pool)
        let status = StatusRepository(pool: fixture.pool)
        let fresh = try await zones.distribution(of: zone)
        #expect(fresh.publishedVersion == nil && !fresh.isDistributed)
        let waiting = try await status.snapshot()
        #expect(waiting.outboxDepth == 1 && !waiting.isSettled)
        try await fixture.superuser.execute(
            """
            WITH l AS (
                INSERT INTO distribution.log (pos, zone_id, zone_name, op, version, serial, hash)
                VALUES (5, \(zone.id), 'example.com', 'P', 1, 1, ''::bytea) RETURNING id
            )
            INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
            SELECT \(zone.id), 'example.com', 1, 1, true, 3, decode(repeat('00', 32), 'hex'), id FROM l
            """
        )
        try await fixture.superuser.execute("UPDATE distribution.stream SET head = 5")
        try await fixture.superuser.execute("DELETE FROM distribution.outbox")
        #expect(try await zones.distribution(of: zone).isDistributed == false)
        try await fixture.superuser.execute(
            """
            INSERT INTO distribution.node (name, connected, acked, seen_at)
            VALUES ('a', true, 5, now()), ('b', true, 4, now()), ('c', false, 0, now() - interval '1 hour')
            """
        )
        let partial = try await zones.distribution(of: zone)
        #expect(partial.nodes == 2 && partial.acknowledged == 1 && !partial.isDistributed)
        #expect(try await status.snapshot().isSettled == false)
        try await fixture.superuser.execute("UPDATE distribution.node SET acked = 5 WHERE name = 'b'")
        #expect(try await zones.distribution(of: zone).isDistributed)
        let settled = try await status.snapshot()
        #expect(settled.isSettled)
        #expect(settled.nodes.map(\.lag) == [0, 0, 5])

        // A responder that went away a moment ago is likely to come back: it is waited for.
        try await fixture.superuser.execute("UPDATE distribution.node SET seen_at = now() WHERE name = 'c'")
        #expect(try await status.snapshot().isSettled == false)
        #expect(try await zones.distribution(of: zone).isDistributed == false)
    }

    @Test("A committed change is followed by a note to the publisher")
    func notification() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let notifications = PostgresListener.notifications(
            configuration: try fixture.database.configuration(.glue),
            channels: [ChangeNotifier.channel],
            logger: Logger(label: "tests")
        )
        var iterator = notifications.makeAsyncIterator()
        // The first one says that the listener listens.
        #expect(await iterator.next() != nil)
        let sender = Task { await fixture.notifier.run() }
        defer { sender.cancel() }
        try await fixture.create(.a("www"))
        #expect(await iterator.next()?.channel == ChangeNotifier.channel)
    }
}
