// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import HummingbirdTesting
import Identity
import Postgres
import Testing

@testable import Database
@testable import WebApp

/// Versions, rollback, deleted zones, and the status of changes.
@Suite struct VersionTests {
    private static let zone = "/x/v1/@/zones/example.com"
    private static let records = "@/zones/example.com/records"

    /// The records without what a rollback cannot bring back: ids, times and the serial.
    private static func state(_ api: TestAPI) async throws -> [String] {
        let text = try await api.call(.get, "\(records)?per_page=100").normalized
        return text.matches(of: #/"name":.*?"system_record":\w+/#).map { String($0.output) }.sorted()
    }

    @Test func `each change is a version with its author and difference`() async throws {
        try await TestAPI.run(.live) { api async throws in
            try await api.makeDomain("example.com")
            let created = try await api.call(
                .post,
                Self.records,
                #"{"name":"a","type":"A","content":"192.0.2.1"}"#
            )
            let id = try #require(created.id)
            _ = try await api.call(.patch, "\(Self.records)/\(id)", #"{"ttl":60}"#)
            let list = try await api.call(.get, "\(Self.zone)/versions?per_page=2")
            #expect(
                list.text.contains(#""current_page":1,"per_page":2,"total_entries":3,"total_pages":2"#)
            )
            #expect(list.text.hasPrefix(#"{"data":[{"version":3,"zone_id":"example.com","request_id":""#))
            #expect(
                list.text.contains(#""action":"zone_record.update","actor":"account:\#(api.account.id)","#)
            )
            #expect(
                list.text.contains(
                    #""remote_address":"127.0.0.1","counts":{"creates":0,"updates":1,"deletes":0}"#
                )
            )

            let shown = try await api.call(.get, "\(Self.zone)/versions/3")
            let record = { (ttl: Int) in
                #"{"id":\#(id),"name":"a","content":"192.0.2.1","ttl":\#(ttl),"priority":null,"type":"A","regions":["global"],"system_record":false}"#
            }
            let update = #""updates":[{"before":\#(record(3600)),"after":\#(record(60))}]"#
            #expect(shown.text.contains(#""diff":{"creates":[],\#(update),"deletes":[]}"#))

            let forth = try await api.call(.get, "\(Self.zone)/versions/1/diff/3")
            #expect(
                forth.text.contains(#""diff":{"creates":[\#(record(60))],"updates":[],"deletes":[]}"#)
            )
            let back = try await api.call(.get, "\(Self.zone)/versions/3/diff/1")
            #expect(back.text.contains(#""diff":{"creates":[],"updates":[],"deletes":[\#(record(60))]}"#))
            for path in ["versions/4", "versions/x", "versions/0", "versions/1/diff/9"] {
                #expect(try await api.call(.get, "\(Self.zone)/\(path)").status == 404, "\(path)")
            }
        }
    }

    @Test func `a rollback brings every state back in one call`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            var states = [1: try await Self.state(api)]
            let steps: [(HTTPRequest.Method, String, String?)] = [
                (.post, Self.records, #"{"name":"a","type":"A","content":"192.0.2.1"}"#),
                (.post, Self.records, #"{"name":"","type":"MX","content":"mx.example.net","priority":5}"#),
                (
                    .put, "@/zones/example.com/ns_records",
                    #"{"ns_names":["ns1.example.net","ns2.example.net"]}"#
                ),
                (.put, "\(Self.zone)/rrsets/t/TXT", #"{"records":["\"q\" \"r\"","plain; text"]}"#),
                (.put, "\(Self.zone)/rrsets/a/A", #"{"ttl":60,"records":["192.0.2.2","192.0.2.3"]}"#),
                (.delete, "\(Self.zone)/rrsets/%40/MX", nil),
                (
                    .put, Self.zone,
                    #"{"rrsets":[{"name":"p","type":"POOL","records":["x.example","y.example"]}]}"#
                ),
            ]
            for (index, step) in steps.enumerated() {
                let answer = try await api.call(step.0, step.1, step.2)
                #expect((200..<300).contains(answer.status), "\(answer.text)")
                states[index + 2] = try await Self.state(api)
            }
            var current = steps.count + 1
            for target in [1, 8, 4, 7, 2, 6, 3, 5] {
                let dry = try await api.call(.post, "\(Self.zone)/versions/\(target)/rollback?dry_run=1")
                #expect(dry.text.contains(#""version":\#(current),"dry_run":true"#))
                let answer = try await api.call(.post, "\(Self.zone)/versions/\(target)/rollback")
                #expect(answer.status == 200, "\(answer.text)")
                current += 1
                #expect(answer.text.contains(#""restored_version":\#(target),"version":\#(current)"#))
                #expect(try await Self.state(api) == states[target], "version \(target)")
            }
            let same = try await api.call(.post, "\(Self.zone)/versions/\(current)/rollback")
            #expect(same.text.contains(#""version":\#(current),"#), "nothing to do makes no version")
            #expect(try await api.call(.post, "\(Self.zone)/versions/99/rollback").status == 404)
        }
    }

    @Test func `a history with a gap is not rolled back through`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            for name in ["a", "b"] {
                _ = try await api.call(
                    .post,
                    Self.records,
                    #"{"name":"\#(name)","type":"A","content":"192.0.2.1"}"#
                )
            }
            // As after a restart of the numbering by pruning: the versions before are not there.
            try await api.pool.execute(
                "UPDATE app.zone SET version = version + 1 WHERE name = 'example.com'"
            )
            let answer = try await api.call(.post, "\(Self.zone)/versions/1/rollback")
            #expect(answer.status == 400)
            #expect(answer.text.contains(#"{"version":["is older than the history that is kept"]}"#))
        }
    }

    @Test func `a deleted zone comes back as it was`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            _ = try await api.call(
                .put,
                "\(Self.zone)/rrsets/t/TXT",
                #"{"ttl":77,"records":["\"q\" \"r\"","b"]}"#
            )
            _ = try await api.call(
                .put,
                "@/zones/example.com/ns_records",
                #"{"ns_names":["ns1.example.net"]}"#
            )
            let state = try await Self.state(api)
            #expect(try await api.call(.delete, "@/domains/example.com").status == 204)
            let deleted = try await api.call(.get, "/x/v1/@/deleted_zones")
            #expect(
                deleted.text.contains(#""name":"example.com","deleted_by":"account:\#(api.account.id)""#)
            )
            let id = try #require(deleted.id)

            let other = try await api.otherAccount()
            let foreign = try await api.call(
                .post,
                "/x/v1/\(other.account.id)/deleted_zones/\(id)/restore",
                as: .token(other.token)
            )
            #expect(foreign.status == 404)
            #expect(foreign.text == #"{"message":"Deleted zone `\#(id)` not found"}"#)
            let reader = try await TokenStore(pool: api.pool).create(
                account: api.account.id,
                name: "r",
                access: .read
            ).secret.text.reveal()
            let path = "/x/v1/@/deleted_zones/\(id)/restore"
            #expect(try await api.call(.post, path, as: .token(reader)).status == 403)

            try await api.makeDomain("example.com")
            let taken = try await api.call(.post, path)
            #expect(taken.status == 400)
            #expect(taken.text.contains(#"{"name":["has already been taken"]}"#))
            #expect(try await api.call(.delete, "@/domains/example.com").status == 204)

            let restored = try await api.call(.post, path)
            #expect(restored.status == 201, "\(restored.text)")
            let states = try await Self.state(api)
            // The SOA is new, as its serial must not go back; all else is the same.
            #expect(
                states.filter { !$0.contains(#""type":"SOA""#) }
                    == state.filter { !$0.contains(#""type":"SOA""#) }
            )
            #expect(try await api.call(.get, "@/domains/example.com").status == 200)
            #expect(try await api.call(.post, path).status == 404, "once only")
            try await api.pool.execute(
                "UPDATE app.deleted_zone SET deleted_at = now() - interval '31 days'"
            )
            #expect(
                try await api.call(.get, "/x/v1/@/deleted_zones").text.contains(#""total_entries":0"#)
            )
        }
    }

    @Test func `a change is pending until every responder has it`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let created = try await api.call(
                .post,
                Self.records,
                #"{"name":"a","type":"A","content":"192.0.2.1"}"#
            )
            let request = try #require(created.headers[HTTPField.Name("X-Request-Id") ?? .eTag])
            for identifier in ["2", request] {
                let status = try await api.call(.get, "\(Self.zone)/changes/\(identifier)")
                #expect(
                    status.text.contains(
                        #""version":2,"request_id":"\#(request)","status":"pending","published":false"#
                    )
                )
            }
            let waited = try await api.call(.get, "\(Self.zone)/changes/2?wait=1")
            #expect(waited.text.contains(#""status":"pending""#))
            for value in ["31", "-1", "x"] {
                #expect(try await api.call(.get, "\(Self.zone)/changes/2?wait=\(value)").status == 400)
            }
            for identifier in ["3", "x", "00000000-0000-4000-8000-000000000000"] {
                let answer = try await api.call(.get, "\(Self.zone)/changes/\(identifier)")
                #expect(answer.status == 404)
                #expect(answer.text == #"{"message":"Change `\#(identifier)` not found"}"#)
            }
        }
    }
}
