// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSClient
import DNSText
import DNSWire
import Database
import Logging
import NIOCore
import Postgres
import TestSupport
import Testing

@testable import WorkerService

/// One server stands for the recursive resolver and, asked without recursion, for the parent and the zone's name servers.
@Suite struct DelegationCheckerTests {
    /// What the world looks like to whoever asks.
    struct World: Sendable {
        var named = ["ns1.zonewright.example.", "ns2.zonewright.example."]
        var parentCode = RCode.noError
        var hasDS = false
        var isLame = false
        /// The resolver knows `example.`; the zone's parent proper is `co.example.`, if this is set.
        var hasReferral = false
    }

    let server: ScriptedNameServer

    init() throws {
        server = try ScriptedNameServer { _, _ in nil }
    }

    static func name(_ text: String) -> Name {
        // Only names of this file come here.
        (try? Name(text: text, origin: .root)) ?? .root
    }

    private static func record(_ owner: String, _ type: RRType, _ rdata: [UInt8]) -> ResourceRecord {
        ResourceRecord(owner: name(owner), type: type, ttl: 60, rdata: rdata)
    }

    private static let soa = record(
        "example.",
        .soa,
        name(".").wire + name(".").wire + [UInt8](repeating: 0, count: 20)
    )

    private static func script(_ world: World) -> ScriptedNameServer.Script {
        { query, _ in
            guard let question = query.questions.first else { return nil }
            var answer = query.response()
            let asked = question.name.text
            if query.header.recursionDesired {
                answer.header.recursionAvailable = true
                switch (asked, question.type) {
                case ("example.", .ns):
                    answer.answers = [record(asked, .ns, name("a.nic.example.").wire)]
                case ("co.example.", .ns):
                    answer.authorities = [soa]
                case (_, .a) where !asked.hasPrefix("gone."):
                    answer.answers = [record(asked, .a, [127, 0, 0, 1])]
                default:
                    answer.authorities = [soa]
                }
                return answer
            }
            switch question.type {
            case .ns where world.hasReferral && query.questions[0].name == name("bird.co.example."):
                // The first server refers; the second one, the same here, would too: it delegates under the other name.
                answer.authorities = [record("co.example.", .ns, name("b.nic.example.").wire)]
            case .ns:
                answer.rcode = world.parentCode
                answer.header.isAuthoritative = world.named.isEmpty || world.parentCode == .nameError
                answer.authorities = world.named.map { record(asked, .ns, name($0).wire) }
            case .ds:
                answer.header.isAuthoritative = true
                if world.hasDS {
                    answer.answers = [record(asked, .ds, [0, 1, 13, 2] + [UInt8](repeating: 7, count: 32))]
                }
            default:
                answer.header.isAuthoritative = !world.isLame
                answer.answers = [record(asked, .soa, soa.rdata)]
            }
            return answer
        }
    }

    private func checker(_ world: World) -> DelegationChecker {
        server.change(Self.script(world))
        let address = ResolverFile.server("127.0.0.1:\(server.port)")
        return DelegationChecker(
            resolver: RecursiveResolver(servers: address.map { [$0] } ?? [], timeout: .milliseconds(500)),
            client: DNSClient(timeout: .milliseconds(500)),
            port: server.port,
            accepts: { _ in true }
        )
    }

    private func claim(_ name: String = "bird.example", isSigned: Bool = false) -> DelegationCheckStore.Claim {
        let lines = ["ns1", "ns2"].map { "\(name). 3600 NS \($0).zonewright.example.\n" }.joined()
        return DelegationCheckStore.Claim(zone: 1, name: name, nameServers: lines, isSigned: isSigned)
    }

    @Test(arguments: [
        (["ns1.zonewright.example.", "NS2.zonewright.example."], DelegationState.delegated),
        (["ns1.zonewright.example."], .delegated),
        (["ns1.zonewright.example.", "ns9.elsewhere.example."], .partial),
        (["ns9.elsewhere.example."], .elsewhere),
        ([], .undelegated),
    ])
    func `the parent's name servers are held against the zone's own`(named: [String], state: DelegationState)
        async throws
    {
        defer { server.stop() }
        let check = try await checker(World(named: named)).check(claim())
        #expect(check.state == state)
        #expect(check.parent == named.map { Self.name($0).lowercased() }.sorted().map(\.text))
        #expect(check.expected == ["ns1.zonewright.example.", "ns2.zonewright.example."])
        #expect(check.lame.isEmpty && !check.hasDSWithoutKey && check.reason == nil)
    }

    @Test func `a name that is not there is told from one that has no delegation`() async throws {
        defer { server.stop() }
        let check = try await checker(World(named: [], parentCode: .nameError)).check(claim())
        #expect(check.state == .unregistered)
    }

    @Test func `name servers without authority or address are lame, and DS records without keys are told`() async throws
    {
        defer { server.stop() }
        var world = World(named: ["ns1.zonewright.example.", "gone.zonewright.example."], hasDS: true)
        var check = try await checker(world).check(claim())
        #expect(check.lame == ["gone.zonewright.example."])
        #expect(check.hasDSWithoutKey)
        world.isLame = true
        check = try await checker(world).check(claim(isSigned: true))
        #expect(check.lame.count == 2 && !check.hasDSWithoutKey)
    }

    @Test func `servers that refuse, refer in circles or do not answer leave the state unknown, with the reason`()
        async throws
    {
        defer { server.stop() }
        var check = try await checker(World(named: [], parentCode: .refused)).check(claim())
        #expect(check.state == .unknown && check.reason == "example.: REFUSED")
        check = try await checker(World(hasReferral: true)).check(claim("bird.co.example"))
        #expect(check.state == .unknown && check.reason != nil)
        let silent = checker(World())
        server.change { _, _ in nil }
        check = try await silent.check(claim())
        #expect(check.state == .unknown && check.reason?.contains("no answer in time") == true)
    }

    @Test func `zones are taken once, found anew after a day, and where parents are not asked it is said`() async throws
    {
        defer { server.stop() }
        let database = try await TestDatabase.make()
        let superuser = try database.pool(.superuser)
        try await superuser.execute("INSERT INTO app.account (id, email, name) VALUES (1, 'a@example.com', 'A')")
        try await superuser.execute(
            """
            INSERT INTO app.zone (id, account_id, name, active) VALUES (1, 1, 'bird.example', true),
                (2, 1, 'off.example', false), (3, 1, 'new.example', true)
            """
        )
        try await superuser.execute(
            """
            INSERT INTO distribution.rrset (zone_id, owner, type, rr_count, hash, body)
            VALUES (1, 'bird.example.', 2, 1, decode(repeat('00', 32), 'hex'),
                'bird.example. 3600 NS ns1.zonewright.example.' || chr(10))
            """
        )
        let store = DelegationCheckStore(pool: try database.pool(.worker))
        var care = DelegationCare(store: store, checker: checker(World()), logger: Logger(label: "tests"))
        try await care.run()
        let found = try await store.check(zone: 1)
        #expect(found.state == .partial && found.checkedAt != nil && found.changedAt != nil)
        #expect(try await store.check(zone: 2).checkedAt == nil)
        #expect(try await store.check(zone: 3).state == .pending)
        #expect(try await store.claim(limit: 10, lease: 60).isEmpty)

        // What is not served does not come back with every run.
        let waits: Bool? = try await superuser.first(
            "SELECT due_at > now() + interval '23 hours' FROM distribution.delegation_check WHERE zone_id = 2"
        )?.decode(0)
        #expect(waits == true)

        // Asked for by the customer: due at once, with one job however often.
        let asked = DelegationCheckStore(pool: try database.pool(.web))
        try await asked.request(zone: 1)
        try await asked.request(zone: 1)
        let jobs: Int64? = try await superuser.first(
            "SELECT count(*) FROM jobs.job WHERE kind = 'zone.check_delegation'"
        )?.decode(0)
        #expect(jobs == 1)
        try await care.run()
        #expect(try await store.check(zone: 1).changedAt == found.changedAt)

        care = DelegationCare(store: store, checker: nil, logger: Logger(label: "tests"))
        try await asked.request(zone: 1)
        try await care.run()
        #expect(try await store.check(zone: 1).reason?.contains("not asked here") == true)
    }
}
