// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Testing

@testable import WebApp

/// Entity tags, and what clients make of them.
@Suite struct ConditionalRequestTests {
    private static let records = "@/zones/example.com/records"
    private static let address = #"{"name":"a","type":"A","content":"192.0.2.1"}"#

    private static func tag(_ answer: TestAPI.Answer) throws -> String {
        try #require(answer.headers[.eTag])
    }

    @Test func `what has not changed is not sent again`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let id = try #require(try await api.call(.post, Self.records, Self.address).id)
            for path in ["@/zones/example.com", Self.records, "\(Self.records)/\(id)"] {
                let tag = try Self.tag(try await api.call(.get, path))
                #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
                for value in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                    let again = try await api.call(.get, path, headers: [.ifNoneMatch: value])
                    #expect(again.status == 304, "\(path) \(value)")
                    #expect(again.text.isEmpty)
                    #expect(again.headers[.eTag] == tag)
                }
                #expect(try await api.call(.get, path, headers: [.ifNoneMatch: "\"other\""]).status == 200)
            }
        }
    }

    @Test func `every change gives new tags`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let created = try await api.call(.post, Self.records, Self.address)
            let path = "\(Self.records)/\(try #require(created.id))"
            let before = try await (
                Self.tag(api.call(.get, "@/zones/example.com")), Self.tag(api.call(.get, Self.records)),
                Self.tag(api.call(.get, path))
            )
            #expect(try Self.tag(created) == before.2)
            let changed = try await api.call(.patch, path, #"{"ttl":60}"#)
            #expect(try Self.tag(changed) != before.2)
            #expect(try await Self.tag(api.call(.get, "@/zones/example.com")) != before.0)
            #expect(try await Self.tag(api.call(.get, Self.records)) != before.1)
            #expect(try await Self.tag(api.call(.get, path)) == Self.tag(changed))
        }
    }

    @Test func `a stale If-Match changes nothing`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let created = try await api.call(.post, Self.records, Self.address)
            let path = "\(Self.records)/\(try #require(created.id))"
            let zone = try Self.tag(try await api.call(.get, "@/zones/example.com"))
            _ = try await api.call(.patch, path, #"{"ttl":60}"#)
            for (value, what) in [
                (try Self.tag(created), "record"), (zone, "record"), ("\"x\"", "record"),
            ] {
                let answer = try await api.call(.patch, path, #"{"ttl":61}"#, headers: [.ifMatch: value])
                #expect(answer.status == 412)
                #expect(
                    answer.text
                        == #"{"message":"The \#(what) has changed since the state that If-Match names"}"#
                )
                #expect(try await api.call(.delete, path, headers: [.ifMatch: value]).status == 412)
                for (method, target, body) in [
                    (.post, "@/zones/example.com/batch", #"{"deletes":[]}"#),
                    (.put, "@/zones/example.com/ns_records", #"{"ns_names":["ns.host.example"]}"#),
                    (.delete, "@/zones/example.com/activation", nil),
                    (.put, "/x/v1/@/zones/example.com", "x A 192.0.2.9\n"),
                    (.put, "/x/v1/@/zones/example.com/rrsets/a/A", #"{"records":[]}"#),
                    (.delete, "/x/v1/@/zones/example.com/rrsets/a/A", nil),
                    (.post, "/x/v1/@/zones/example.com/versions/1/rollback", nil),
                ] as [(HTTPRequest.Method, String, String?)] {
                    let refused = try await api.call(method, target, body, headers: [.ifMatch: value])
                    #expect(refused.status == 412, "\(method) \(target)")
                    #expect(
                        refused.text
                            == #"{"message":"The zone has changed since the state that If-Match names"}"#
                    )
                }
            }
            #expect(try await api.call(.get, path).text.contains(#""ttl":60"#))
            let fresh = try Self.tag(try await api.call(.get, "@/zones/example.com"))
            #expect(
                try await api.call(.patch, path, #"{"ttl":62}"#, headers: [.ifMatch: fresh]).status == 200
            )
            #expect(try await api.call(.delete, path, headers: [.ifMatch: "*"]).status == 204)
            #expect(try await api.call(.delete, path, headers: [.ifMatch: "*"]).status == 404)
        }
    }

    @Test func `of clients that change one record at once with If-Match one wins each round`()
        async throws
    {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let created = try await api.call(.post, Self.records, Self.address)
            let path = "\(Self.records)/\(try #require(created.id))"
            // Every client adds one to what it has seen until it has added ten times: a lost update would be missing.
            let conflicts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        var done = 0
                        var refused = 0
                        while done < 10 {
                            let seen = try await api.call(.get, path)
                            let ttl = try #require(
                                seen.text.firstMatch(of: #/"ttl":(\d+)/#).flatMap { Int($0.output.1) }
                            )
                            let answer = try await api.call(
                                .patch,
                                path,
                                #"{"ttl":\#(ttl + 1)}"#,
                                headers: [.ifMatch: try Self.tag(seen)]
                            )
                            switch answer.status {
                            case 200: done += 1
                            case 412: refused += 1
                            default: Issue.record("status \(answer.status)")
                            }
                        }
                        return refused
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(
                try await api.call(.get, path).text.contains(#""ttl":3650,"#),
                "\(conflicts) conflicts"
            )
        }
    }
}
