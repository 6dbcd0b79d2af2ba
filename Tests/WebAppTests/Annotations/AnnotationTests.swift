// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Identity
import Postgres
import TestSupport
import Testing

@testable import WebApp

/// Notes and labels of domains and records.
@Suite struct AnnotationTests {
    private static let domain = "/x/v1/@/domains/a.example"

    /// A domain with a record; gives the record's path below `/x/v1`.
    private static func makeRecord(_ api: TestAPI, name: String = "www") async throws -> String {
        try await api.makeDomain("a.example")
        let body = #"{"name":"\#(name)","type":"A","content":"192.0.2.1"}"#
        let id = try #require(try await api.call(.post, "@/zones/a.example/records", body).id)
        return "/x/v1/@/zones/a.example/records/\(id)"
    }

    @Test func `a domain and a record have notes and labels, with tags, and leave an audit`() async throws {
        try await TestAPI.run { api async throws in
            let record = try await Self.makeRecord(api)
            for path in [Self.domain, record] {
                let none = try await api.call(.get, "\(path)/note")
                #expect(none.status == 200 && none.text == #"{"data":{"note":null}}"#)
                #expect(try await api.call(.get, "\(path)/labels").text == #"{"data":{"labels":{}}}"#)
                let note = #"{"note":"Ask Ann.\nThen Bob: \"ok\"?"}"#
                let set = try await api.call(.put, "\(path)/note", note)
                #expect(set.status == 200 && set.text == #"{"data":\#(note)}"#)
                let tag = try #require(set.headers[.eTag])
                #expect(tag != none.headers[.eTag])
                let known = try await api.call(.get, "\(path)/note", headers: [.ifNoneMatch: tag])
                #expect(known.status == 304 && known.text.isEmpty)
                let labels = #"{"labels":{"team/dns":"Grün & = Co","env":"prod","critical":""}}"#
                let labelled = try await api.call(.put, "\(path)/labels", labels)
                let sorted = #"{"data":{"labels":{"critical":"","env":"prod","team/dns":"Grün & = Co"}}}"#
                #expect(labelled.status == 200 && labelled.text == sorted)
                #expect(try await api.call(.get, "\(path)/labels").text == sorted)
                #expect(try await api.call(.get, "\(path)/note").text == #"{"data":\#(note)}"#)
                let count = try await api.auditedActions().count
                #expect(try await api.call(.put, "\(path)/note", note).status == 200)
                #expect(try await api.call(.put, "\(path)/labels", labels).status == 200)
                #expect(try await api.auditedActions().count == count, "nothing has changed")
                let stale = HTTPFields([HTTPField(name: .ifMatch, value: none.headers[.eTag] ?? "")])
                let refused = try await api.call(.put, "\(path)/note", #"{"note":"x"}"#, headers: stale)
                #expect(refused.status == 412)
                #expect(refused.text == #"{"message":"The note has changed since the state that If-Match names"}"#)
                #expect(try await api.call(.delete, "\(path)/labels", headers: stale).status == 412)
                #expect(try await api.call(.delete, "\(path)/note", headers: [.ifMatch: tag]).status == 204)
                #expect(try await api.call(.delete, "\(path)/labels").status == 204)
                #expect(try await api.call(.delete, "\(path)/labels").status == 204)
                #expect(try await api.call(.get, "\(path)/note").headers[.eTag] == none.headers[.eTag])
                #expect(try await api.call(.get, "\(path)/labels").text == #"{"data":{"labels":{}}}"#)
            }
            let rows = try await api.pool.query(
                """
                SELECT action, subject, coalesce(before::text, '') || ' ' || coalesce(after::text, '') AS what
                FROM app.audit WHERE action LIKE '%.note' OR action LIKE '%.labels' ORDER BY id
                """
            )
            #expect(
                try rows.map { try $0.decode("action", as: String.self) }
                    == ["domain.note", "domain.labels", "domain.note", "domain.labels"]
                    + ["zone_record.note", "zone_record.labels", "zone_record.note", "zone_record.labels"]
            )
            #expect(try rows[0].decode("subject", as: String.self) == "a.example")
            let id = try #require(record.split(separator: "/").last)
            #expect(try rows[4].decode("subject", as: String.self) == "a.example/\(id)")
            #expect(
                try rows[2].decode("what", as: String.self)
                    == #"{"note": "Ask Ann.\nThen Bob: \"ok\"?"} {"note": null}"#
            )
        }
    }

    @Test func `the API v2, versions and publication know nothing of them`() async throws {
        try await TestAPI.run { api async throws in
            let record = try await Self.makeRecord(api)
            let id = try #require(record.split(separator: "/").last)
            let paths = ["@/domains/a.example", "@/zones/a.example", "@/zones/a.example/records/\(id)", "@/domains"]
            var before: [String] = []
            for path in paths {
                before.append(try await api.call(.get, path).text)
            }
            let versions = try await api.call(.get, "/x/v1/@/zones/a.example/versions").text
            let outbox = try await Self.outboxRows(api)
            for path in [Self.domain, record] {
                #expect(try await api.call(.put, "\(path)/note", #"{"note":"secret"}"#).status == 200)
                #expect(try await api.call(.put, "\(path)/labels", #"{"labels":{"a":"b"}}"#).status == 200)
            }
            for (path, text) in zip(paths, before) {
                #expect(try await api.call(.get, path).text == text)
            }
            #expect(try await api.call(.get, "/x/v1/@/zones/a.example/versions").text == versions)
            #expect(try await Self.outboxRows(api) == outbox)
        }
    }

    private static func outboxRows(_ api: TestAPI) async throws -> Int {
        let pool = try api.database.pool(.superuser, size: 1)
        defer { pool.close() }
        return try await pool.query("SELECT count(*) FROM distribution.outbox").first?.decode(0) ?? -1
    }

    @Test(arguments: [
        ("note", #"{}"#, "note", "can't be blank"),
        ("note", #"{"note":" \n"}"#, "note", "can't be blank"),
        ("note", #"{"note":1}"#, "note", "must be a string"),
        ("note", #"{"note":"a\u0000b"}"#, "note", "may not have control characters"),
        (
            "note", #"{"note":"\#(String(repeating: "é", count: 4_001))"}"#, "note",
            "is too long (maximum is 4000 characters)"
        ),
        ("labels", #"{}"#, "labels", "can't be blank"),
        ("labels", #"{"labels":["a"]}"#, "labels", "must be an object"),
        ("labels", #"{"labels":{"a":1}}"#, "labels", "the value of `a` must be a string"),
        ("labels", #"{"labels":{"a":"x,y"}}"#, "labels", "the value of `a` may not have commas and control characters"),
        (
            "labels", #"{"labels":{"a":"\#(String(repeating: "x", count: 256))"}}"#, "labels",
            "the value of `a` is too long (maximum is 255 characters)"
        ),
        (
            "labels", #"{"labels":{"-a":""}}"#, "labels",
            "`-a` is not a key: 1 to 63 of a-z, 0-9, `-`, `_`, `.` and `/`, a letter or digit first and last"
        ),
        (
            "labels",
            "{\"labels\":{\((0...50).map { "\"k\($0)\":\"\"" }.joined(separator: ","))}}",
            "labels", "is too long (maximum is 50 labels)"
        ),
    ])
    func `faults name their field`(kind: String, body: String, field: String, message: String) async throws {
        try await TestAPI.run { api async throws in
            let record = try await Self.makeRecord(api)
            for path in [Self.domain, record] {
                let answer = try await api.call(.put, "\(path)/\(kind)", body)
                #expect(answer.status == 400)
                let errors = #"{"\#(field)":["\#(message)"]}"#
                if !body.contains(#"\u0000"#) {
                    #expect(answer.text == #"{"message":"Validation failed","errors":\#(errors)}"#)
                }
            }
        }
    }

    @Test func `lists show them and are narrowed by labels`() async throws {
        try await TestAPI.run { api async throws in
            for name in ["a.example", "b.example", "c.example"] {
                try await api.makeDomain(name)
            }
            func label(_ name: String, _ labels: String) async throws {
                #expect(
                    try await api.call(.put, "/x/v1/@/domains/\(name)/labels", #"{"labels":\#(labels)}"#).status == 200
                )
            }
            try await label("a.example", #"{"env":"prod","critical":""}"#)
            try await label("b.example", #"{"env":"test","critical":"yes"}"#)
            let found: [(String, [String])] = [
                ("", ["a.example", "b.example", "c.example"]), ("label=critical", ["a.example", "b.example"]),
                ("label=env=prod", ["a.example"]), ("label=env%3Dtest", ["b.example"]),
                ("label=critical,env=test", ["b.example"]), ("label=critical=", ["a.example"]),
                ("label=none", []), ("label=env=prod&name_like=b", []),
                ("label=critical&sort=name:desc", ["b.example", "a.example"]),
            ]
            for (query, names) in found {
                let answer = try await api.call(.get, "/x/v1/@/domains?\(query)")
                #expect(answer.status == 200)
                let shown = answer.text.matches(of: #/"name":"([^"]+)"/#).map { String($0.output.1) }
                #expect(shown == names, "\(query)")
                #expect(answer.text.contains(#""total_entries":\#(names.count),"#), "\(query)")
            }
            let first = try await api.call(.get, "/x/v1/@/domains?label=env=prod")
            #expect(first.text.contains(#""note":null,"labels":{"critical":"","env":"prod"}}],"pagination""#))
            for (query, message) in [
                ("label=A", "`A` is not key or key=value"), ("label=a,,b", "`` is not key or key=value"),
                ("label=a=1,a=2", "asks for two values of `a`"),
            ] {
                let answer = try await api.call(.get, "/x/v1/@/domains?\(query)")
                #expect(answer.text == #"{"message":"Validation failed","errors":{"label":["\#(message)"]}}"#)
            }
        }
    }

    @Test func `totals of labelled records are right whatever the zone's version`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a.example")
            let creates = (1...5).map { #"{"name":"h\#($0)","type":"A","content":"192.0.2.\#($0)"}"# }
            let body = #"{"creates":[\#(creates.joined(separator: ","))]}"#
            let ids = try await api.call(.post, "@/zones/a.example/batch", body).ids
            let list = "/x/v1/@/zones/a.example/records"
            func total(_ query: String) async throws -> String? {
                let answer = try await api.call(.get, "\(list)?per_page=1&\(query)")
                return answer.text.firstMatch(of: #/"total_entries":(\d+)/#).map { String($0.output.1) }
            }
            #expect(try await total("label=env") == "0")
            #expect(try await total("type=A") == "5")
            for (count, id) in ids.prefix(3).enumerated() {
                #expect(try await api.call(.put, "\(list)/\(id)/labels", #"{"labels":{"env":"x"}}"#).status == 200)
                #expect(try await total("label=env") == String(count + 1))
                #expect(try await total("label=env&type=A&page=2") == String(count + 1))
                #expect(try await total("type=A") == "5")
            }
            #expect(try await api.call(.delete, "\(list)/\(ids[0])/labels").status == 204)
            #expect(try await total("label=env=x") == "2")
            let before = try await api.call(.get, "\(list)?label=env")
            let tag = try #require(before.headers[.eTag])
            #expect(try await api.call(.put, "\(list)/\(ids[1])/note", #"{"note":"n"}"#).status == 200)
            #expect(try await api.call(.get, "\(list)?label=env", headers: [.ifNoneMatch: tag]).status == 200)
            #expect(try await api.call(.delete, "@/zones/a.example/records/\(ids[1])").status == 204)
            #expect(try await total("label=env") == "1")
            #expect(try await total("type=A") == "4")
        }
    }

    @Test func `they stay with a record that changes and come back with a restored zone`() async throws {
        try await TestAPI.run { api async throws in
            let record = try await Self.makeRecord(api)
            let labels = #"{"labels":{"env":"prod"}}"#
            for path in [Self.domain, record] {
                #expect(try await api.call(.put, "\(path)/note", #"{"note":"keep \#(path.suffix(3))"}"#).status == 200)
                #expect(try await api.call(.put, "\(path)/labels", labels).status == 200)
            }
            let note = try await api.call(.get, "\(record)/note").text
            let id = try #require(record.split(separator: "/").last)
            let change = #"{"name":"web","content":"192.0.2.9"}"#
            #expect(try await api.call(.patch, "@/zones/a.example/records/\(id)", change).status == 200)
            #expect(try await api.call(.get, "\(record)/note").text == note)
            let other = #"{"name":"other","type":"A","content":"192.0.2.3"}"#
            #expect(try await api.call(.post, "@/zones/a.example/records", other).status == 201)
            #expect(try await api.call(.delete, "@/domains/a.example").status == 204)
            let deleted = try #require(try await api.call(.get, "/x/v1/@/deleted_zones").id)
            #expect(try await api.call(.post, "/x/v1/@/deleted_zones/\(deleted)/restore").status == 201)
            let domains = try await api.call(.get, "/x/v1/@/domains?label=env=prod")
            #expect(domains.text.contains(#""note":"keep ple","labels":{"env":"prod"}}"#))
            let records = try await api.call(.get, "/x/v1/@/zones/a.example/records?label=env=prod")
            #expect(records.text.contains(#""name":"web","#) && records.text.contains(#""total_entries":1,"#))
            #expect(records.text.contains(#""labels":{"env":"prod"}}"#) && records.text.contains(#""note":"keep "#))
        }
    }

    @Test func `the next owner of a domain sees none of them`() async throws {
        try await TestAPI.run { api async throws in
            let record = try await Self.makeRecord(api)
            for path in [Self.domain, record] {
                #expect(try await api.call(.put, "\(path)/note", #"{"note":"private"}"#).status == 200)
                #expect(try await api.call(.put, "\(path)/labels", #"{"labels":{"a":"b"}}"#).status == 200)
            }
            let other = try await api.otherAccount()
            let stranger = TestAPI.Credentials.token(other.token)
            let body = #"{"new_account_email":"other@example.com"}"#
            let push = try #require(try await api.call(.post, "@/domains/a.example/pushes", body).id)
            let foreign = "/x/v1/\(other.account.id)"
            #expect(try await api.call(.get, "\(foreign)/domains/a.example/note", as: stranger).status == 404)
            #expect(try await api.call(.post, "\(other.account.id)/pushes/\(push)", "{}", as: stranger).status == 204)
            let domains = try await api.call(.get, "\(foreign)/domains", as: stranger)
            #expect(domains.text.contains(#""note":null,"labels":{}}],"#))
            let records = try await api.call(.get, "\(foreign)/zones/a.example/records", as: stranger)
            #expect(records.status == 200)
            #expect(!records.text.contains("private") && !records.text.contains(#""a":"b""#))
            #expect(try await api.call(.get, "\(Self.domain)/note").status == 404)
        }
    }

    @Test func `scopes and policies hold`() async throws {
        try await TestAPI.run { api async throws in
            let record = try await Self.makeRecord(api)
            try await api.makeDomain("b.example")
            let note = #"{"note":"n"}"#
            let reader = try await TestAPI.Credentials.token(api.readOnlyToken())
            let acme = try await api.makeToken(policy: ["*:*"])
            for path in [Self.domain, record] {
                #expect(try await api.call(.put, "\(path)/note", note, as: reader).status == 403)
                #expect(try await api.call(.get, "\(path)/note", as: reader).status == 200)
                #expect(try await api.call(.put, "\(path)/note", note, as: acme).status == 403)
                #expect(try await api.call(.get, "\(path)/note", as: .none).status == 401)
            }
            let scoped = try await api.makeToken(scopes: ["domains:a.example:write"])
            #expect(try await api.call(.put, "\(Self.domain)/note", note, as: scoped).status == 200)
            #expect(try await api.call(.put, "/x/v1/@/domains/b.example/note", note, as: scoped).status == 403)
            #expect(try await api.call(.put, "\(record)/note", note, as: scoped).status == 403)
            let list = try await api.call(.get, "/x/v1/@/domains", as: scoped)
            #expect(list.text.contains("a.example") && !list.text.contains("b.example"))
            let missing = try await api.call(.get, "/x/v1/@/domains/none.example/note")
            #expect(missing.status == 404 && missing.text == #"{"message":"Domain `none.example` not found"}"#)
            let unknown = try await api.call(
                .get,
                "/x/v1/@/zones/b.example/records/\(record.split(separator: "/").last ?? "")/note"
            )
            #expect(unknown.status == 404 && unknown.text.contains("Record `"))
            #expect(try await api.call(.get, "/x/v1/@/zones/none.example/records/1/labels").text.contains("Zone `"))
        }
    }
}
