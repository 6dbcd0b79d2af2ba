// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CoreMetrics
import DNSClient
import DNSWire
import Database
import NIOCore
import Postgres
import Runtime
import Synchronization
import TestSupport
import Testing

@testable import WorkerService

/// A database with ALIAS records, a refresher, and a recursive resolver that answers as the test wants.
@Suite struct AliasRefresherTests {
    private let fixture: QueueFixture
    private let server: ScriptedNameServer
    private let store: AliasStore

    init() async throws {
        fixture = try await QueueFixture()
        server = try ScriptedNameServer { query, _ in Self.reply(query, [[192, 0, 2, 1]]) }
        store = AliasStore(pool: fixture.worker)
        try await fixture.superuser.execute(
            "INSERT INTO app.account (id, email, name) VALUES (1, 'a@example.com', 'A'), (2, 'b@example.com', 'B')"
        )
        try await makeZone(1, "example.com", account: 1)
    }

    /// A resolver's answer: these A records and no AAAA.
    private static func reply(_ query: Message, _ addresses: [[UInt8]], rcode: RCode = .noError) -> Message {
        var answer = query.response(rcode: rcode)
        answer.header.recursionAvailable = true
        if let question = query.questions.first, question.type == .a {
            answer.answers = addresses.map { ResourceRecord(owner: question.name, type: .a, ttl: 600, rdata: $0) }
        }
        return answer
    }

    private func makeZone(_ id: Int64, _ name: String, account: Int64) async throws {
        try await fixture.superuser.execute(
            "INSERT INTO app.zone (id, account_id, name) VALUES (\(id), \(account), \(name))"
        )
    }

    /// A record with a target, and the target as the publisher makes it.
    private func addAlias(_ target: String, name: String = "", zone: Int64 = 1) async throws {
        try await fixture.superuser.execute(
            """
            INSERT INTO app.record (zone_id, name, type, content, ttl, rdata)
            VALUES (\(zone), \(name), 'ALIAS', \(target), 3600, \(Array(target.utf8)))
            """
        )
        try await addTarget(target)
    }

    private func addTarget(_ target: String) async throws {
        try await fixture.superuser.withTransaction { transaction in
            let known: [String: AliasAddresses] = try await PublicationReader(transaction).aliasTargets([target])
            if known.isEmpty { try await PublicationWriter(transaction).addAliasTargets([target]) }
        }
    }

    private func refresher(_ rules: AliasRules = AliasRules(), concurrency: Int = 20) throws -> AliasRefresher {
        let resolver = RecursiveResolver(
            servers: [try SocketAddress(ipAddress: "127.0.0.1", port: server.port)],
            timeout: .seconds(1)
        )
        return AliasRefresher(
            store: AliasStore(pool: fixture.worker),
            resolver: AliasResolver(lookup: AddressLookup(resolver: resolver), rules: rules),
            concurrency: concurrency,
            notifier: ChangeNotifier(pool: fixture.worker, logger: fixture.logger),
            metrics: AliasMetrics(registry: MetricsRegistry()),
            logger: fixture.logger
        )
    }

    private func target(_ name: String) async throws -> AliasListing? {
        try await AliasStore(pool: fixture.superuser).list(states: AliasState.allCases, after: "", limit: 1_000)
            .first { $0.name == name }
    }

    private func outbox() async throws -> Int {
        try await fixture.count("SELECT count(*) FROM distribution.outbox")
    }

    private func makeDue() async throws {
        try await fixture.superuser.execute("UPDATE distribution.alias_refresh SET due_at = now()")
    }

    @Test func `a new target is resolved and its zone published, and a change is, and an unchanged answer is not`()
        async throws
    {
        defer { server.stop() }
        try await addAlias("lb.example.net")
        let refresher = try refresher()
        try await fixture.running([refresher]) {
            try await expectEventually { try await target("lb.example.net")?.state == .resolved }
            #expect(try await target("lb.example.net")?.addresses == AliasAddresses(a: ["192.0.2.1"], ttl: 600))
            #expect(try await target("lb.example.net")?.owners == ["example.com"])
            let rows = try await fixture.superuser.query("SELECT zone_id, names, lane FROM distribution.outbox")
            #expect(rows.count == 1)
            #expect(try rows[0].decode("names") as [String] == [""] && rows[0].decode("lane") as Int16 == 0)

            let tried = try await fixture.count("SELECT claim FROM distribution.alias_refresh")
            try await makeDue()
            refresher.wake()
            try await expectEventually {
                try await fixture.count(
                    "SELECT count(*) FROM distribution.alias_refresh WHERE claim > \(tried) AND due_at > now() + interval '5 minutes'"
                ) == 1
            }
            #expect(try await outbox() == 1)
            server.change { query, _ in Self.reply(query, [[192, 0, 2, 3], [192, 0, 2, 2]]) }
            try await makeDue()
            refresher.wake()
            try await expectEventually {
                try await target("lb.example.net")?.addresses.a == ["192.0.2.2", "192.0.2.3"]
            }
            #expect(try await outbox() == 2)
        }
    }

    @Test func `a dead or lying resolver changes nothing, says why, and all is well when it is back`() async throws {
        defer { server.stop() }
        try await addAlias("lb.example.net")
        let refresher = try refresher()
        try await fixture.running([refresher]) {
            try await expectEventually { try await target("lb.example.net")?.state == .resolved }
            let faults: [(ScriptedNameServer.Script, String)] = [
                ({ query, _ in Self.reply(query, [], rcode: .serverFailure) }, "SERVFAIL"),
                ({ query, _ in Self.reply(query, [[127, 0, 0, 1]]) }, "lead nowhere"),
                ({ query, _ in query.response() }, "does not recurse"),
                (
                    { query, _ in
                        var answer = Self.reply(query, [])
                        let asked = query.questions[0].name
                        answer.answers = [ResourceRecord(owner: asked, type: .cname, ttl: 60, rdata: asked.wire)]
                        return answer
                    }, "loop"
                ),
                ({ _, _ in nil }, "no answer in time"),
            ]
            for (script, reason) in faults {
                server.change(script)
                try await makeDue()
                refresher.wake()
                try await expectEventually { try await target("lb.example.net")?.reason?.contains(reason) == true }
                #expect(try await target("lb.example.net")?.state == .failing)
                #expect(try await target("lb.example.net")?.addresses.a == ["192.0.2.1"])
            }
            #expect(try await outbox() == 1)
            server.change { query, _ in Self.reply(query, [[192, 0, 2, 1]]) }
            try await makeDue()
            refresher.wake()
            try await expectEventually { try await target("lb.example.net")?.state == .resolved }
            #expect(try await target("lb.example.net")?.failures == 0)
            #expect(try await outbox() == 1)
        }
    }

    @Test func `a name that is gone loses its addresses after a while, and a truncated answer is had over TCP`()
        async throws
    {
        defer { server.stop() }
        server.change { query, isStream in
            var answer = Self.reply(query, isStream ? [[192, 0, 2, 1]] : [])
            answer.header.isTruncated = !isStream
            return answer
        }
        try await addAlias("lb.example.net")
        let refresher = try refresher()
        try await fixture.running([refresher]) {
            try await expectEventually { try await target("lb.example.net")?.addresses.a == ["192.0.2.1"] }
            server.change { query, _ in Self.reply(query, [], rcode: .nameError) }
            try await makeDue()
            refresher.wake()
            try await expectEventually { try await target("lb.example.net")?.state == .empty }
            #expect(try await target("lb.example.net")?.addresses.a == ["192.0.2.1"])
            try await fixture.superuser.execute(
                "UPDATE distribution.alias_refresh SET due_at = now(), empty_since = now() - interval '6 minutes'"
            )
            refresher.wake()
            try await expectEventually { try await target("lb.example.net")?.addresses.isEmpty == true }
            #expect(try await outbox() == 2)
        }
    }

    @Test func `many targets are resolved by two workers together, each once, and unused ones forgotten`() async throws
    {
        defer { server.stop() }
        let asked = Mutex<[Name: Int]>([:])
        server.change { query, _ in
            guard let question = query.questions.first else { return nil }
            if question.type == .a { asked.withLock { $0[question.name, default: 0] += 1 } }
            return Self.reply(query, [[192, 0, 2, 1]])
        }
        try await fixture.superuser.execute(
            """
            INSERT INTO app.record (zone_id, name, type, content, ttl, rdata)
            SELECT 1, 'n' || n, 'ALIAS', 't' || n || '.example.net', 60, 'x' FROM generate_series(1, 400) AS n
            """
        )
        try await fixture.superuser.withTransaction { transaction in
            try await PublicationWriter(transaction).addAliasTargets((1...420).map { "t\($0).example.net" })
        }
        try await fixture.running([try refresher(), try refresher()]) {
            try await expectEventually {
                try await fixture.count(
                    "SELECT count(*) FROM distribution.alias_refresh WHERE state = 'resolved'"
                ) == 400
            }
            try await expectEventually {
                try await fixture.count("SELECT count(*) FROM distribution.alias_target") == 400
            }
        }
        let counts = asked.withLock(\.self)
        #expect(counts.count == 400 && counts.values.allSatisfy { $0 == 1 })
        #expect(try await fixture.count("SELECT sum(cardinality(names)) FROM distribution.outbox") == 400)
    }

    @Test func `what a killed worker had taken is taken again when its lease ends, and its late result is void`()
        async throws
    {
        defer { server.stop() }
        try await addAlias("lb.example.net")
        let lost = try #require(try await store.claim(limit: 10, lease: 60).first)
        #expect(try await store.claim(limit: 10, lease: 60).isEmpty)
        try await makeDue()
        try await fixture.running([try refresher()]) {
            try await expectEventually { try await target("lb.example.net")?.state == .resolved }
        }
        let late = AliasResult(
            name: lost.name,
            claim: lost.claim,
            state: .resolved,
            addresses: AliasAddresses(a: ["192.0.2.66"], ttl: 60),
            isChange: true,
            wait: 60
        )
        #expect(try await store.record([late]) == 0)
        #expect(try await target("lb.example.net")?.addresses.a == ["192.0.2.1"])
        #expect(try await outbox() == 1)
    }

    @Test func `nothing is resolved while it is paused`() async throws {
        defer { server.stop() }
        let operations = AliasStore(pool: fixture.superuser)
        #expect(try await operations.setPaused(true))
        #expect(try await !operations.setPaused(true))
        try await addAlias("lb.example.net")
        #expect(try await store.claim(limit: 10, lease: 60).isEmpty)
        #expect(try await store.summary().pausedSince != nil)
        #expect(try await operations.setPaused(false))
        #expect(try await operations.refresh("lb.example.net") == 1)
        #expect(try await operations.refresh("other.example.net") == 0)
        #expect(try await store.claim(limit: 10, lease: 60).count == 1)
    }

    /// What the publisher would have written of a name in zone 1.
    private func publish(_ owner: String, _ type: Int32, _ line: String, version: Int64) async throws {
        try await fixture.superuser.execute(
            """
            INSERT INTO distribution.rrset (zone_id, owner, type, rr_count, hash, body)
            VALUES (1, \(owner), \(type), 1, sha256(''), \(line + "\n"))
            ON CONFLICT (zone_id, owner, type) DO UPDATE SET body = excluded.body
            """
        )
        try await fixture.superuser.execute(
            """
            INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
            VALUES (1, 'example.com', \(version), 1, true, 1, sha256(''), 1)
            ON CONFLICT (zone_id) DO UPDATE SET version = excluded.version
            """
        )
    }

    @Test func `a target in a zone of the same account comes from what is published here, as soon as it changes`()
        async throws
    {
        defer { server.stop() }
        server.change { _, _ in nil }
        try await publish("www.example.com.", 1, "www.example.com. 300 IN A 192.0.2.77", version: 3)
        try await addAlias("www.example.com", name: "apex")
        try await fixture.running([try refresher()]) {
            try await expectEventually { try await target("www.example.com")?.addresses.a == ["192.0.2.77"] }
            try await publish("www.example.com.", 1, "www.example.com. 300 IN A 192.0.2.78", version: 4)
            try await expectEventually { try await target("www.example.com")?.addresses.a == ["192.0.2.78"] }
        }
    }

    @Test func `a zone of another account has no say, and neither have names below a cut`() async throws {
        defer { server.stop() }
        try await makeZone(2, "other.example", account: 2)
        try await publish("www.example.com.", 1, "www.example.com. 300 IN A 192.0.2.77", version: 3)
        try await publish("x.sub.example.com.", 1, "x.sub.example.com. 300 IN A 192.0.2.77", version: 3)
        try await publish("sub.example.com.", 2, "sub.example.com. 300 IN NS ns.example.net.", version: 3)
        try await addAlias("www.example.com", zone: 2)
        try await addAlias("x.sub.example.com", name: "x")
        try await addAlias("nothing.example.com", name: "y")
        #expect(try await store.homes(of: ["www.example.com", "x.sub.example.com", "nothing.example.com"]).isEmpty)
    }

    @Test func `ALIAS records in a circle are told as such, and lose their addresses`() async throws {
        defer { server.stop() }
        try await publish("a.example.com.", 1, "a.example.com. 300 IN A 192.0.2.77", version: 3)
        try await addAlias("b.example.com", name: "a")
        try await addAlias("c.wild.example.com", name: "b")
        try await addAlias("a.example.com", name: "*.wild")
        try await fixture.superuser.execute("UPDATE distribution.alias_target SET a = '{192.0.2.77}', ttl = 300")
        try await fixture.running([try refresher()]) {
            for name in ["a.example.com", "b.example.com", "c.wild.example.com"] {
                try await expectEventually { try await target(name)?.state == .loop }
                #expect(try await target(name)?.addresses.isEmpty == true)
            }
        }
        // A chain that ends is none.
        try await fixture.superuser.execute("DELETE FROM app.record WHERE type = 'ALIAS' AND name = 'b'")
        let homes = try await store.homes(of: ["a.example.com"])
        #expect(homes.map(\.isLoop) == [false])
    }
}
