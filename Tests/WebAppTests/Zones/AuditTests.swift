// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Identity
import Postgres
import Testing

@testable import Database
@testable import WebApp

/// The audit as the API shows it.
@Suite struct AuditTests {
    private static let audit = "/x/v1/@/audit"
    private static let records = "@/zones/example.com/records"

    private static func actions(_ answer: TestAPI.Answer) -> [String] {
        answer.text.matches(of: #/"action":"([^"]*)"/#).map { String($0.output.1) }
    }

    @Test func `changes are listed with what was before and after, and by pages`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let id = try #require(
                try await api.call(.post, Self.records, #"{"name":"a","type":"A","content":"192.0.2.1"}"#).id
            )
            _ = try await api.call(.patch, "\(Self.records)/\(id)", #"{"ttl":60}"#)
            let all = try await api.call(.get, Self.audit)
            #expect(Self.actions(all) == ["zone_record.update", "zone_record.create", "domain.create"])
            #expect(all.text.hasSuffix(#","next":null}"#))
            #expect(all.text.contains(#""subject":"example.com/\#(id)","before":[{"#))
            let ids = try await api.pool.query("SELECT id FROM app.audit ORDER BY id DESC")
                .map { try $0.decode(0, as: Int64.self) }
            let first = try await api.call(.get, "\(Self.audit)?per_page=2")
            #expect(Self.actions(first) == ["zone_record.update", "zone_record.create"])
            #expect(first.text.hasSuffix(#","next":\#(ids[1])}"#))
            let second = try await api.call(.get, "\(Self.audit)?per_page=2&before=\(ids[1])")
            #expect(Self.actions(second) == ["domain.create"])
            #expect(second.text.hasSuffix(#","next":null}"#))
        }
    }

    @Test func `filters hold together`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            try await api.makeDomain("example.net")
            let actor = "account:\(api.account.id)"
            for (query, count) in [
                ("subject=example.com", 1), ("action=domain.create", 2), ("actor=\(actor)", 2), ("actor=nobody", 0),
                ("subject=example.com&action=domain.delete", 0), ("token_id=999999", 0),
                ("remote_address=192.0.2.77", 0), ("since=2020-01-01", 2),
                ("until=2020-01-01T00:00:00Z", 0), ("since=9999-12-31T23:59:59Z", 0),
            ] {
                let answer = try await api.call(.get, "\(Self.audit)?\(query)")
                #expect(answer.status == 200, "\(answer.text)")
                #expect(Self.actions(answer).count == count, "\(query)")
            }
            for query in [
                "since=x", "until=2026-02-30", "since=2026-13-01", "until=2026-01-01T24:00:00Z", "before=x",
                "token_id=x",
                "subject=%00",
            ] {
                #expect(try await api.call(.get, "\(Self.audit)?\(query)").status == 400, "\(query)")
            }
        }
    }

    @Test func `entries are found by token and address, and by time though their transaction was long`() async throws {
        try await TestAPI.run { api async throws in
            try await api.pool.execute(
                """
                INSERT INTO app.audit (account_id, actor, token_id, remote_address, request_id, action, subject, created_at)
                SELECT \(api.account.id), 'x', token, address, gen_random_uuid(), action, 's', time::timestamptz
                FROM (VALUES
                    (7, '192.0.2.7', 'one', '2026-01-01T00:00:00Z'), (8, '192.0.2.7', 'two', '2026-01-01T03:00:00Z'),
                    (7, '2001:db8::7', 'long', '2026-01-01T02:10:00Z'), (NULL, NULL, 'four', '2026-01-01T06:00:00Z')
                ) AS entry (token, address, action, time)
                """
            )
            for (query, actions) in [
                ("token_id=7", ["long", "one"]), ("remote_address=192.0.2.7", ["two", "one"]),
                ("remote_address=2001:db8::7&token_id=7", ["long"]), ("remote_address=2001:db8::7&token_id=8", []),
                ("until=2026-01-01T02:30:00Z", ["long", "one"]),
                ("since=2026-01-01T02:05:00Z&until=2026-01-01T02:15:00Z", ["long"]),
                ("since=2026-01-01T03:00:00Z&until=2026-01-01T06:00:00Z", ["two"]),
                ("since=2026-01-01T05:00:00Z", ["four"]),
            ] {
                #expect(Self.actions(try await api.call(.get, "\(Self.audit)?\(query)")) == actions, "\(query)")
            }
        }
    }

    @Test func `an export has every entry on a line of its own`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            // More than one piece of the export.
            for _ in 0..<600 {
                try await api.pool.execute(
                    """
                    INSERT INTO app.audit (account_id, actor, request_id, action, subject)
                    VALUES (\(api.account.id), 'x', gen_random_uuid(), 'test', 's')
                    """
                )
            }
            let answer = try await api.call(.get, "\(Self.audit)/export")
            #expect(answer.headers[.contentType] == "application/x-ndjson")
            let lines = answer.text.split(separator: "\n")
            #expect(lines.count == 601)
            #expect(lines.allSatisfy { $0.hasPrefix(#"{"id":"#) && $0.hasSuffix("}") })
            #expect(Set(lines).count == 601)
            let none = try await api.call(.get, "\(Self.audit)/export?actor=nobody")
            #expect(none.text.isEmpty)
        }
    }

    @Test func `nobody sees another account's`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let other = try await api.otherAccount()
            for path in ["", "/export"] {
                #expect(try await api.call(.get, Self.audit + path, as: .token(other.token)).status == 404)
                #expect(try await api.call(.get, Self.audit + path, as: .none).status == 401)
            }
            let own = try await api.call(.get, "/x/v1/\(other.account.id)/audit", as: .token(other.token))
            #expect(Self.actions(own) == [])
        }
    }
}
