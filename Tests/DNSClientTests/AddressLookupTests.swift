// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import DNSClient

@Suite struct AddressLookupTests {
    private static func name(_ text: String) -> Name {
        (try? Name(labels: text.split(separator: ".").map { Array($0.utf8) })) ?? .root
    }

    private static func alias(_ owner: String, _ target: String, ttl: UInt32 = 300) -> ResourceRecord {
        ResourceRecord(owner: name(owner), type: .cname, ttl: ttl, rdata: name(target).wire)
    }

    private static func address(_ owner: String, _ last: UInt8, ttl: UInt32 = 300) -> ResourceRecord {
        ResourceRecord(owner: name(owner), type: .a, ttl: ttl, rdata: [192, 0, 2, last])
    }

    /// A resolver's answer of these records.
    private static func reply(_ query: Message, _ records: ResourceRecord..., rcode: RCode = .noError) -> Message {
        var answer = query.response(rcode: rcode)
        answer.header.recursionAvailable = true
        answer.answers = records
        return answer
    }

    private static func resolver(_ servers: ScriptedNameServer..., timeout: Duration = .seconds(20)) throws
        -> RecursiveResolver
    {
        RecursiveResolver(
            servers: try servers.map { try SocketAddress(ipAddress: "127.0.0.1", port: $0.port) },
            timeout: timeout
        )
    }

    private static func lookUp(_ text: String, _ servers: ScriptedNameServer) async throws -> AddressLookup.Answer {
        try await AddressLookup(resolver: try resolver(servers)).addresses(of: name(text), type: .a)
    }

    @Test func `addresses behind aliases are found in whatever order they come, with the least TTL`() async throws {
        let server = try ScriptedNameServer { query, _ in
            guard query.header.recursionDesired else { return nil }
            return Self.reply(
                query,
                Self.address("c.example", 1, ttl: 90),
                Self.alias("B.example", "C.example", ttl: 60),
                Self.alias("a.example", "b.example"),
                Self.address("elsewhere.example", 9),
                Self.address("c.example", 2)
            )
        }
        defer { server.stop() }
        #expect(
            try await Self.lookUp("a.example", server) == .addresses([[192, 0, 2, 1], [192, 0, 2, 2]], ttl: 60)
        )
    }

    @Test func `an alias that leads out of the answer is asked for`() async throws {
        let server = try ScriptedNameServer { query, _ in
            query.questions.first?.name == Self.name("a.example")
                ? Self.reply(query, Self.alias("a.example", "b.example"))
                : Self.reply(query, Self.address("b.example", 1))
        }
        defer { server.stop() }
        #expect(try await Self.lookUp("a.example", server) == .addresses([[192, 0, 2, 1]], ttl: 300))
    }

    @Test func `loops and endless chains end`() async throws {
        let server = try ScriptedNameServer { query, _ in
            Self.reply(query, Self.alias("a.example", "b.example"), Self.alias("b.example", "a.example"))
        }
        defer { server.stop() }
        await #expect(throws: ResolverError("the aliases form a loop")) {
            try await Self.lookUp("a.example", server)
        }
        let counter = Mutex(0)
        server.change { query, _ in
            let number = counter.withLock { counter in
                counter += 1
                return counter
            }
            guard let asked = query.questions.first?.name else { return nil }
            var answer = Self.reply(query)
            answer.answers = [
                ResourceRecord(owner: asked, type: .cname, ttl: 9, rdata: Self.name("n\(number).example").wire)
            ]
            return answer
        }
        await #expect(throws: ResolverError("the chain of aliases is too long")) {
            try await Self.lookUp("a.example", server)
        }
        #expect(counter.withLock(\.self) <= 4)
    }

    @Test func `denials tell whether the name exists, and for how long`() async throws {
        let soa =
            Self.name("ns.example").wire + Self.name("h.example").wire
            + [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 77]
        let server = try ScriptedNameServer { query, _ in
            var answer = Self.reply(query, rcode: .nameError)
            answer.authorities = [ResourceRecord(owner: Self.name("example"), type: .soa, ttl: 900, rdata: soa)]
            return answer
        }
        defer { server.stop() }
        #expect(try await Self.lookUp("a.example", server) == .none(exists: false, ttl: 77))
        server.change { query, _ in Self.reply(query) }
        #expect(try await Self.lookUp("a.example", server) == .none(exists: true, ttl: 60))
    }

    @Test func `the next resolver is asked when one is silent, refuses, fails or does not recurse`() async throws {
        let asked = Mutex(0)
        let bad = try ScriptedNameServer { _, _ in nil }
        let good = try ScriptedNameServer { query, _ in Self.reply(query, Self.address("a.example", 1)) }
        defer {
            bad.stop()
            good.stop()
        }
        let scripts: [ScriptedNameServer.Script] = [
            { _, _ in nil },
            { query, _ in Self.reply(query, rcode: .refused) },
            { query, _ in Self.reply(query, rcode: .serverFailure) },
            { query, _ in query.response() },
        ]
        for script in scripts {
            bad.change { query, isStream in
                asked.withLock { $0 += 1 }
                return script(query, isStream)
            }
            let resolver = try Self.resolver(bad, good, timeout: .milliseconds(500))
            let lookup = AddressLookup(resolver: resolver)
            for _ in 0..<6 {
                #expect(
                    try await lookup.addresses(of: Self.name("a.example"), type: .a)
                        == .addresses([[192, 0, 2, 1]], ttl: 300)
                )
            }
        }
        // Each was asked once and then no more for a while.
        #expect(asked.withLock(\.self) == scripts.count)
    }

    @Test func `a single resolver is asked twice, and what it says last is told`() async throws {
        let asked = Mutex(0)
        let server = try ScriptedNameServer { query, _ in
            asked.withLock { $0 += 1 }
            return Self.reply(query, rcode: .serverFailure)
        }
        defer { server.stop() }
        do {
            _ = try await Self.lookUp("a.example", server)
            Issue.record("there was an answer")
        } catch let error as ResolverError {
            #expect(error.description.contains("127.0.0.1:\(server.port): SERVFAIL"))
        }
        #expect(asked.withLock(\.self) == 2)
    }

    @Test func `the resolvers of a file and of an option are read`() throws {
        let file = """
            # nameserver 192.0.2.99
            search example.com
            nameserver 192.0.2.1
            nameserver\t2001:db8::1
            nameserver nonsense
            """
        #expect(ResolverFile.servers(file).map { $0.ipAddress } == ["192.0.2.1", "2001:db8::1"])
        #expect(ResolverFile.servers("").map { "\($0.ipAddress ?? ""):\($0.port ?? 0)" } == ["127.0.0.1:53"])
        let texts = ["192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:54"]
        #expect(texts.map { ResolverFile.server($0)?.port } == [53, 5_353, 53, 54])
        for text in ["", "example.com", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:70000", "[2001:db8::1", "x:53"] {
            #expect(ResolverFile.server(text) == nil, "\(text)")
        }
    }
}
