// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Identity
import Testing

@testable import Database
@testable import WebApp

/// RRsets, and a zone's desired state.
@Suite struct RecordSetTests {
    private static let sets = "/x/v1/@/zones/example.com/rrsets"

    /// The `counts` of a report.
    private static func counts(_ answer: TestAPI.Answer) -> String {
        answer.text.firstMatch(of: #/"counts":(\{[^}]*\})/#).map { String($0.output.1) } ?? answer.text
    }

    private static func counts(_ creates: Int, _ updates: Int, _ deletes: Int, unchanged: Int)
        -> String
    {
        #"{"creates":\#(creates),"updates":\#(updates),"deletes":\#(deletes),"unchanged":\#(unchanged),"skipped":0}"#
    }

    @Test func `putting an RRset makes it so with the fewest changes`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let path = "\(Self.sets)/www/A"
            let first = try await api.call(.put, path, #"{"ttl":60,"records":["192.0.2.1","192.0.2.2"]}"#)
            #expect(first.status == 200)
            #expect(Self.counts(first) == Self.counts(2, 0, 0, unchanged: 0))
            let ids = try await api.call(.get, path).ids

            let again = try await api.call(.put, path, #"{"ttl":60,"records":["192.0.2.1","192.0.2.2"]}"#)
            #expect(Self.counts(again) == Self.counts(0, 0, 0, unchanged: 2))
            let versions = try await api.call(.get, "/x/v1/@/zones/example.com/versions")
            #expect(
                versions.text.contains(#""total_entries":2"#),
                "what changes nothing makes no version"
            )

            let other = try await api.call(
                .put,
                path,
                #"{"ttl":60,"records":["192.0.2.1",{"content":"192.0.2.3"}]}"#
            )
            #expect(Self.counts(other) == Self.counts(0, 1, 0, unchanged: 1))
            let shown = try await api.call(.get, path)
            #expect(shown.ids == ids, "a record that takes another's place keeps the id")
            #expect(
                shown.text.hasPrefix(
                    #"{"data":{"name":"www","type":"A","ttl":60,"records":[{"id":\#(ids[0]),"content":"#
                )
            )

            #expect(
                Self.counts(try await api.call(.put, path, #"{"records":[]}"#))
                    == Self.counts(0, 0, 2, unchanged: 0)
            )
            let gone = try await api.call(.get, path)
            #expect(gone.status == 404)
            #expect(gone.text == #"{"message":"RRset `www/A` not found"}"#)
        }
    }

    @Test func `a dry run says what would change and changes nothing`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(
                .put,
                "\(Self.sets)/www/A?dry_run=true",
                #"{"records":["192.0.2.1"]}"#
            )
            #expect(answer.text.contains(#""dry_run":true"#))
            #expect(Self.counts(answer) == Self.counts(1, 0, 0, unchanged: 0))
            #expect(try await api.call(.get, "\(Self.sets)/www/A").status == 404)
        }
    }

    @Test(arguments: [
        ("www/A", #"{"records":["nonsense"]}"#, #"{"creates":[{"index":0,"#),
        ("www/A", #"{"records":["192.0.2.1","192.0.2.1"]}"#, #"{"creates":[{"index":1,"#),
        ("www/A", #"{}"#, #"{"records":["can't be blank"]}"#),
        ("www/A", #"{"records":[7]}"#, #"{"records":["must be an array of strings or objects"]}"#),
        ("www/A", #"{"ttl":"x","records":[]}"#, #"{"ttl":["is not a number"]}"#),
        ("www/NOPE", #"{"records":["x"]}"#, #""record_type":["unsupported"]"#),
        ("@/NS", #"{"records":["ns.example"]}"#, "managed by the platform"),
        ("www/CNAME", #"{"records":["a.example","b.example"]}"#, #"{"creates":[{"index":1,"#),
    ])
    func `faults are named`(target: String, body: String, part: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(
                .put,
                "\(Self.sets)/\(target.replacing("@", with: "%40"))",
                body
            )
            #expect(answer.status == 400)
            #expect(answer.text.contains(part), "\(answer.text)")
        }
    }

    @Test func `RRsets are listed by pages and deleted`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            for name in ["a", "b", "c"] {
                _ = try await api.call(.put, "\(Self.sets)/\(name)/TXT", #"{"records":["one","two"]}"#)
            }
            let all = try await api.call(.get, Self.sets)
            #expect(all.text.contains(#""total_entries":5,"#))
            let page = try await api.call(.get, "\(Self.sets)?type=TXT&per_page=2&page=2")
            #expect(
                page.text.contains(#""current_page":2,"per_page":2,"total_entries":3,"total_pages":2"#)
            )
            #expect(page.text.contains(#""name":"c""#) && !page.text.contains(#""name":"b""#))
            #expect(page.ids.count == 2)
            #expect(try await api.call(.delete, "\(Self.sets)/b/txt").status == 204)
            #expect(try await api.call(.delete, "\(Self.sets)/b/txt").status == 404)
            let system = try await api.call(.delete, "\(Self.sets)/%40/NS")
            #expect(system.status == 400)
            #expect(system.text.contains("System records cannot be changed"))
        }
    }

    @Test func `a zone's desired state is reached from JSON and from a zone file`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let zone = "/x/v1/@/zones/example.com"
            let state = #"""
                {"rrsets":[{"name":"","type":"MX","ttl":300,"records":[{"content":"mx.example.net","priority":10}]},
                 {"name":"www","type":"ALIAS","records":["target.example.net"]},
                 {"name":"@","type":"SOA","ttl":1,"records":["whatever"]},
                 {"name":"t","type":"TXT","records":["a b","c"]}]}
                """#
            let plan = try await api.call(.put, "\(zone)?dry_run=true", state)
            #expect(Self.counts(plan) == Self.counts(4, 0, 0, unchanged: 0), "\(plan.text)")
            #expect(
                Self.counts(try await api.call(.put, zone, state)) == Self.counts(4, 0, 0, unchanged: 0)
            )
            #expect(
                Self.counts(try await api.call(.put, zone, state)) == Self.counts(0, 0, 0, unchanged: 4)
            )

            let listed = try await api.call(.get, "\(zone)/rrsets?per_page=100")
            let sent = #"{"rrsets":\#(listed.text.dropFirst(8).split(separator: #","pagination""#)[0])}"#
            #expect(
                Self.counts(try await api.call(.put, zone, sent)) == Self.counts(0, 0, 0, unchanged: 4)
            )

            let file = try await api.call(
                .put,
                zone,
                "@ 300 IN MX 10 mx.example.net.\nw 60 IN A 192.0.2.1\n"
            )
            #expect(Self.counts(file) == Self.counts(1, 0, 2, unchanged: 1), "\(file.text)")
            #expect(
                try await api.call(.get, "\(Self.sets)/www/ALIAS").status == 200,
                "a zone file cannot say ALIAS"
            )
            #expect(try await api.call(.put, zone, "").status == 400)
            #expect(try await api.call(.put, zone, #"{"rrsets":[1]}"#).status == 400)
        }
    }

    @Test func `others and read-only tokens are kept out`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            _ = try await api.call(.put, "\(Self.sets)/a/A", #"{"records":["192.0.2.1"]}"#)
            let other = try await api.otherAccount()
            let reader = try await TokenStore(pool: api.pool).create(
                account: api.account.id,
                name: "r",
                access: .read
            ).secret.text.reveal()
            for (method, path, body) in [
                (.put, "\(Self.sets)/a/A", #"{"records":[]}"#), (.delete, "\(Self.sets)/a/A", nil),
                (.put, "/x/v1/@/zones/example.com", #"{"rrsets":[]}"#),
            ] as [(HTTPRequest.Method, String, String?)] {
                #expect(try await api.call(method, path, body, as: .token(reader)).status == 403)
                #expect(try await api.call(method, path, body, as: .token(other.token)).status == 404)
                let foreign = path.replacing("@", with: String(other.account.id))
                let answer = try await api.call(method, foreign, body, as: .token(other.token))
                #expect(answer.text == #"{"message":"Zone `example.com` not found"}"#)
            }
            #expect(try await api.call(.get, "\(Self.sets)/a/A", as: .token(reader)).status == 200)
        }
    }
}
