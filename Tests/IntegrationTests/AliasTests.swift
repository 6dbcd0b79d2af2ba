// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Glibc
import Postgres
import TestSupport
import Testing

@Suite("ALIAS records of a real installation") struct AliasTests {
    @Test("Changes of a target reach the responder, through a dead resolver, a killed worker and the switch")
    func life() async throws {
        let installation = try await AliasInstallation.start()
        let web = installation.web
        let made = try web.send(to: 0, "POST", "/v2/\(web.account)/domains", #"{"name":"alias.example"}"#)
        #expect(made.status == 201, "\(made.text)")
        // Made while no worker runs: it waits, and can be seen to.
        #expect(try installation.add("", "ALIAS", "lb.example.net").status == 201)
        var listed = try await installation.zonewright("alias", "list", "--state", "pending")
        let deadline = ContinuousClock.now + .seconds(60)
        while !listed.output.contains("lb.example.net"), ContinuousClock.now < deadline {
            listed = try await installation.zonewright("alias", "list", "--state", "pending")
        }
        #expect(listed.output.contains("used by: alias.example"), "\(listed.output)")
        let first = try await installation.startWorker()
        try await installation.expect("alias.example.", .a, [[192, 0, 2, 1]])
        let apex = try #require(installation.ask("alias.example.", .a))
        #expect(apex.header.isAuthoritative && apex.answers[0].ttl == 60)
        #expect(installation.ask("alias.example.", .aaaa)?.answers.isEmpty == true)
        #expect(installation.ask("alias.example.", .ns)?.answers.isEmpty == false)

        // A change.
        installation.answer([192, 0, 2, 2])
        #expect(try await installation.zonewright("alias", "refresh", "lb.example.net").status == 0)
        try await installation.expect("alias.example.", .a, [[192, 0, 2, 2]])
        // A second record with the target has its addresses without a question.
        installation.resolver.change { _, _ in nil }
        #expect(try installation.add("www", "ALIAS", "lb.example.net").status == 201)
        try await installation.expect("www.alias.example.", .a, [[192, 0, 2, 2]])

        // No resolver: the last good answer, and a clear state.
        #expect(try await installation.zonewright("alias", "refresh", "--all").status == 0)
        listed = try await installation.zonewright("alias", "list", "--state", "failing")
        while !listed.output.contains("no answer in time"), ContinuousClock.now < deadline + .seconds(60) {
            listed = try await installation.zonewright("alias", "list", "--state", "failing")
        }
        #expect(listed.output.contains("reason: A: 127.0.0.1:\(installation.resolver.port)"), "\(listed.output)")
        try await installation.expect("alias.example.", .a, [[192, 0, 2, 2]])

        // A worker that is killed with the question in its hand. Its lease is made to end now.
        #expect(try await installation.zonewright("alias", "refresh", "--all").status == 0)
        first.signal(SIGKILL)
        _ = try await first.waitForExit()
        installation.answer([192, 0, 2, 3])
        let second = try await installation.startWorker()
        try await web.superuser.execute("UPDATE distribution.alias_refresh SET due_at = now()")
        try await installation.expect("www.alias.example.", .a, [[192, 0, 2, 3]])

        // The switch.
        #expect(try await installation.zonewright("alias", "pause").output.contains("paused"))
        installation.answer([192, 0, 2, 4])
        #expect(try await installation.zonewright("alias", "refresh", "--all").status == 0)
        #expect(try installation.add("plain", "A", "192.0.2.77").status == 201)
        try await installation.expect("plain.alias.example.", .a, [[192, 0, 2, 77]])
        #expect(installation.ask("alias.example.", .a)?.answers.map(\.rdata) == [[192, 0, 2, 3]])
        #expect(try await installation.zonewright("alias", "resume").output.contains("resumed"))
        try await installation.expect("alias.example.", .a, [[192, 0, 2, 4]])

        // A URL record has the redirector's addresses.
        #expect(try installation.add("go", "URL", "https://example.net/").status == 201)
        try await installation.expect("go.alias.example.", .a, [[192, 0, 2, 200]])
        try await installation.expect(
            "go.alias.example.",
            .aaaa,
            [[0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 10) + [0x02, 0x00]]
        )
        // And it is redirected there.
        let redirector = try await installation.startRedirector()
        let moved = try redirector.client.get("/a?b=c", headers: [("Host", "go.alias.example")])
        #expect(moved.status == 301 && moved.header("location") == "https://example.net/a?b=c", "\(moved)")
        #expect(try redirector.client.get("/", headers: [("Host", "plain.alias.example")]).status == 404)
        let head = try redirector.client.send("HEAD", "/", headers: [("Host", "go.alias.example")])
        #expect(head.status == 301 && head.body.isEmpty)
        #expect(try await redirector.daemon.stop() == 0)
        #expect(try await second.stop() == 0)
        try await installation.stop()
    }
}
