// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@testable import ResponderEngine

/// Rate limits on the way of a query: what is charged to what, and what is sent instead.
@Suite struct RateLimitTests {
    private let client = ClientAddress(ipv4: 0xC000_0201)

    /// A responder with a limit of four of each kind, of which nothing comes back within the test.
    private func bench(_ change: (inout RateLimits) -> Void = { _ in }) throws -> EDNSBench {
        var limits = RateLimits()
        limits.answers = 4
        limits.noData = 4
        limits.nameErrors = 4
        limits.referrals = 4
        limits.refusals = 4
        limits.errors = 4
        limits.slip = 0
        limits.window = 3600
        change(&limits)
        let limiter = try #require(RateLimiter(limits))
        var generator = SystemRandomNumberGenerator()
        let secrets = CookieSecrets([.random(using: &generator)])
        return try EDNSBench {
            $0.limiter = limiter
            $0.cookies = secrets
            $0.serverIdentifier = [1, 2, 3]
        }
    }

    private func query(_ name: String, _ type: RRType = .a, options: [EDNSOption] = []) throws -> [UInt8] {
        let question = Question(name: try Name(labels: name.split(separator: ".").map { Array($0.utf8) }), type: type)
        return try Message(header: MessageHeader(id: 5), questions: [question], edns: EDNS(options: options)).encoded()
    }

    /// How many of 20 queries, made of a number each, are answered. The bench's rate takes seconds to refill one.
    private func answered(
        _ bench: EDNSBench,
        transport: Transport = .udp4,
        _ query: (Int) throws -> [UInt8]
    ) rethrows -> Int {
        try (0..<20).count { try !bench.exchange(query($0), transport: transport, client: client).isEmpty }
    }

    /// What the burst allows, and what a slow machine may let come back: a quarter of a second a response.
    private let few = 4...10

    @Test("answers are held back by name, also from the cache, whatever their case and type")
    func answers() throws {
        let bench = try bench()
        #expect(few.contains(try answered(bench) { try query($0 % 2 == 0 ? "web.example.com" : "WEB.Example.COM") }))
        #expect(try bench.exchange(query("web.example.com", .txt), client: client).isEmpty)
        #expect(try !bench.exchange(query("mail.example.com"), client: client).isEmpty)
        #expect(bench.counters[.limited] >= 10)
        #expect(bench.counters[.code(0)] + bench.counters[.limited] == 22)
    }

    @Test("names that a wildcard or a DNAME makes are one account")
    func synthesised() throws {
        #expect(few.contains(try answered(bench()) { try query("n\($0).wild.example.com") }))
        #expect(few.contains(try answered(bench()) { try query("n\($0).cwild.example.com") }))
        #expect(few.contains(try answered(bench()) { try query("n\($0).dnout.example.com") }))
    }

    @Test("NXDOMAIN and NODATA are held back by zone, referrals by cut, REFUSED and errors by network alone")
    func kinds() throws {
        #expect(few.contains(try answered(bench()) { try query("n\($0).example.com") }))
        let names = ["web", "mail", "ns1", "mixed"]
        #expect(few.contains(try answered(bench()) { try query("\(names[$0 % 4]).example.com", .srv) }))
        #expect(few.contains(try answered(bench()) { try query("n\($0).sub.example.com") }))
        #expect(few.contains(try answered(bench()) { try query("n\($0).test") }))
        #expect(few.contains(try answered(bench()) { try query("n\($0).example.com", RRType(rawValue: 41)) }))
        #expect(few.contains(try answered(bench()) { _ in try query("web.example.com").dropLast(5) + [] }))
        #expect(few.contains(try answered(bench()) { _ in try updated(query("example.com")) }))
        let bench = try bench()
        _ = try answered(bench) { try query("n\($0).sub.example.com") }
        #expect(try !bench.exchange(query("n.sibling.example.com"), client: client).isEmpty, "another cut")
        _ = try answered(bench) { try query("n\($0).example.com") }
        #expect(try !bench.exchange(query("web.example.com"), client: client).isEmpty, "answers")
    }

    private func updated(_ query: [UInt8]) -> [UInt8] {
        var query = query
        query[2] = 5 << 3
        return query
    }

    @Test("streams, good cookies and exempt networks are never limited", arguments: [Transport.tcp4, .tcp6, .tls4])
    func unlimited(transport: Transport) throws {
        let bench = try bench()
        #expect(try answered(bench, transport: transport) { _ in try query("web.example.com") } == 20)
        let fresh = EDNSOption(code: .cookie, data: [1, 2, 3, 4, 5, 6, 7, 8])
        let first = try Message(wire: bench.exchange(query("web.example.com", options: [fresh]), client: client))
        let good = EDNSOption(code: .cookie, data: first.edns?.option(.cookie) ?? [])
        #expect(try answered(bench) { _ in try query("web.example.com", options: [good]) } == 20)
        let bad = EDNSOption(code: .cookie, data: [0xFF] + good.data.dropFirst())
        #expect(few.contains(try answered(bench) { _ in try query("web.example.com", options: [bad]) } + 1))
        let exempt = try self.bench { $0.exempt = [ClientPrefix(client, length: 24)].compactMap { $0 } }
        #expect(try answered(exempt) { _ in try query("web.example.com") } == 20)
    }

    @Test("what slips through has question, TC and OPT, the cookie, and nothing else")
    func slipped() throws {
        let bench = try bench { $0.slip = 1 }
        let options = [
            EDNSOption(code: .cookie, data: [1, 2, 3, 4, 5, 6, 7, 8]),
            EDNSOption(code: .nameServerIdentifier, data: []),
        ]
        for name in ["web.example.com", "nope.example.com", "x.sub.example.com"] {
            let asked = try query(name, options: options)
            for _ in 0..<20 { _ = bench.exchange(asked, client: client) }
            let response = try Message(wire: bench.exchange(asked, client: client))
            #expect(response.header.isTruncated && !response.header.isAuthoritative && response.rcode == .noError)
            #expect(response.questions.count == 1)
            #expect(response.answers.isEmpty && response.authorities.isEmpty && response.additionals.isEmpty)
            #expect(response.edns?.options.map(\.code) == [.cookie])
            // A forged query without options gets back what it sent.
            let plain = try query(name)
            #expect(bench.exchange(plain, client: client).count == plain.count)
        }
        #expect(bench.counters[.slipped] > 40 && bench.counters[.truncated] == 0)
    }

    @Test("errors that slip through are sent as they are")
    func slippedErrors() throws {
        let bench = try bench { $0.slip = 1 }
        let asked = try query("not.hosted.test")
        let first = bench.exchange(asked, client: client)
        for _ in 0..<20 { #expect(bench.exchange(asked, client: client) == first) }
        #expect(bench.counters[.slipped] >= 10)
    }

    @Test("in a trial everything is sent, and what would not be is counted")
    func trial() throws {
        let bench = try bench { $0.isTrial = true }
        #expect(try answered(bench) { _ in try query("web.example.com") } == 20)
        #expect(bench.counters[.wouldLimit] >= 10 && bench.counters[.limited] == 0)
    }

    @Test("signed queries that nobody knows the key of are errors, and unsigned transfers are counted")
    func signed() throws {
        let names: [UInt8] = [1, 0x6B, 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 19, 1, 0x61, 0]
        let tsig = names + [0, 0, 0, 0, 0, 0, 1, 44, 0, 0, 0, 5, 0, 0, 0, 0]
        func signedQuery() throws -> [UInt8] {
            let question = try query("web.example.com").dropLast(11)
            return question.prefix(11) + [1] + question.dropFirst(12) + tsig
        }
        #expect(few.contains(try answered(bench()) { _ in try signedQuery() }))
        #expect(few.contains(try answered(bench()) { _ in try query("example.com", RRType(rawValue: 251)) }))
    }
}
