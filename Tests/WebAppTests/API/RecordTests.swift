// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Testing

@testable import WebApp

@Suite struct RecordTests {
    private static let path = "@/zones/example.com/records"

    @Test func `a record is made, shown, changed and deleted`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let created = try await api.call(
                .post,
                Self.path,
                #"{"type":"MX","name":"","content":"mx1.example.test.","ttl":600,"priority":10}"#
            )
            #expect(created.status == 201)
            let text = """
                {"data":{"id":#,"zone_id":"example.com","parent_id":null,"name":"","content":"mx1.example.test",\
                "ttl":600,"priority":10,"type":"MX","regions":["global"],"system_record":false,"created_at":"T",\
                "updated_at":"T"}}
                """
            #expect(created.normalized == text)
            let id = try #require(created.id)
            #expect(try await api.call(.get, "\(Self.path)/\(id)").text == created.text)

            let changed = try await api.call(.patch, "\(Self.path)/\(id)", #"{"content":"mx2.example.test","ttl":60}"#)
            #expect(changed.status == 200)
            #expect(
                changed.normalized
                    == text.replacing("mx1", with: "mx2").replacing(#""ttl":600"#, with: #""ttl":60"#)
            )
            #expect(changed.id == id)

            let deleted = try await api.call(.delete, "\(Self.path)/\(id)", "{}")
            #expect(deleted.status == 204)
            #expect(deleted.text.isEmpty)
            for method in [.get, .delete, .patch] as [HTTPRequest.Method] {
                let gone = try await api.call(method, "\(Self.path)/\(id)", #"{"ttl":60}"#)
                #expect(gone.status == 404)
                #expect(gone.text == "{\"message\":\"Record `\(id)` not found\"}")
            }
        }
    }

    @Test(arguments: ["0", "999999", "abc", "99999999999999999999", "-1", "1x"])
    func `a record that is not there is named as it was asked for`(id: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            for (method, path) in [
                (.get, "/\(id)"), (.patch, "/\(id)"), (.delete, "/\(id)"), (.get, "/\(id)/distribution"),
            ] as [(HTTPRequest.Method, String)] {
                let answer = try await api.call(method, Self.path + path, "{}")
                #expect(answer.status == 404)
                #expect(answer.text == "{\"message\":\"Record `\(id)` not found\"}")
            }
        }
    }

    @Test func `another zone's record is not found`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            try await api.makeDomain("example.net")
            let record = try await api.call(
                .post,
                "@/zones/example.net/records",
                #"{"name":"a","type":"A","content":"192.0.2.1"}"#
            )
            let id = try #require(record.id)
            let answer = try await api.call(.get, "\(Self.path)/\(id)")
            #expect(answer.text == "{\"message\":\"Record `\(id)` not found\"}")
            #expect(try await api.call(.delete, "\(Self.path)/\(id)").status == 404)
            let batch = try await api.call(.post, "@/zones/example.com/batch", #"{"deletes":[{"id":\#(id)}]}"#)
            #expect(batch.status == 400)
            #expect(try await api.call(.get, "@/zones/example.net/records/\(id)").status == 200)
        }
    }

    @Test func `members that a client once received do no harm in PATCH`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let created = try await api.call(.post, Self.path, #"{"name":"www","type":"A","content":"192.0.2.1"}"#)
            let id = try #require(created.id)
            let changed = try await api.call(
                .patch,
                "\(Self.path)/\(id)",
                """
                {"id":\(id),"zone_id":"example.com","parent_id":null,"type":"A","content":"192.0.2.2",\
                "system_record":false,"integrated_zones":[1,"dnsimple"],"unknown":{"x":[1]}}
                """
            )
            #expect(changed.status == 200)
            #expect(changed.normalized == created.normalized.replacing("192.0.2.1", with: "192.0.2.2"))
            let nothing = try await api.call(.patch, "\(Self.path)/\(id)", "{}")
            #expect(nothing.status == 200)
            #expect(nothing.normalized == changed.normalized)
        }
    }

    @Test(arguments: [
        (#"{}"#, #""record_type":["can't be blank"],"content":["can't be blank"]"#),
        (#"{"name":"a","type":"NOPE","content":"x"}"#, #""record_type":["unsupported"]"#),
        (#"{"name":"a","type":"SOA","content":"a b 1 2 3 4 5"}"#, #""record_type":["unsupported"]"#),
        (#"{"name":"a","type":"A","content":""}"#, #""content":["can't be blank"]"#),
        (#"{"name":"a","type":"A","content":"192.0.2.256"}"#, #""content":["is not an IPv4 address"]"#),
        (#"{"name":"a","type":"AAAA","content":"192.0.2.1"}"#, #""content":["is not an IPv6 address"]"#),
        (
            #"{"name":"","type":"CNAME","content":"a.example"}"#,
            #""base":["CNAME records are not allowed at the apex of a zone"]"#
        ),
        (#"{"name":"a","type":"A","content":"192.0.2.1","ttl":-1}"#, #""ttl":["must be greater than or equal to 1"]"#),
        (
            #"{"name":"a","type":"A","content":"192.0.2.1","ttl":2147483648}"#,
            #""ttl":["must be less than or equal to 2147483647"]"#
        ),
        (#"{"name":"a.other.","type":"A","content":"192.0.2.1"}"#, #""name":["is out of the zone"]"#),
        (#"{"name":"a..b","type":"A","content":"192.0.2.1"}"#, #""name":["has an empty label"]"#),
        (
            #"{"name":"a","type":"MX","content":"mx.example","priority":65536}"#,
            #""priority":["must be between 0 and 65535"]"#
        ),
    ])
    func `what breaks a field's rule is refused by field`(body: String, errors: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.post, Self.path, body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":{\#(errors)}}"#)
        }
    }

    @Test func `rules between records are kept`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let record = #"{"name":"a","type":"A","content":"192.0.2.1"}"#
            #expect(try await api.call(.post, Self.path, record).status == 201)
            let again = try await api.call(.post, Self.path, #"{"name":"A","type":"a","content":"192.0.2.1","ttl":60}"#)
            #expect(again.status == 400)
            #expect(
                again.text == #"{"message":"Validation failed","errors":{"base":["Zone record already exists"]}}"#
            )
            let alias = try await api.call(.post, Self.path, #"{"name":"a","type":"CNAME","content":"b.example"}"#)
            #expect(alias.status == 400)
            #expect(alias.text.contains("CNAME records cannot coexist with other records of the same name"))
        }
    }

    @Test(arguments: [
        ("CNAME", "target.example.", "target.example"), ("NS", "ns.other.test.", "ns.other.test"),
        ("PTR", "host.example.test.", "host.example.test."), ("TXT", "a; b", "a; b"),
        ("TXT", #"\"quoted\""#, #"\"quoted\""#),
        ("CAA", #"0 issue \"letsencrypt.org\""#, #"0 issue \"letsencrypt.org\""#),
        ("AAAA", "2001:db8::1", "2001:db8::1"),
    ])
    func `content comes back as clients expect it`(type: String, sent: String, received: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.post, Self.path, #"{"name":"x","type":"\#(type)","content":"\#(sent)"}"#)
            #expect(answer.status == 201)
            #expect(answer.text.contains(#""content":"\#(received)","ttl":3600,"priority":null,"#))
        }
    }

    @Test func `SRV targets keep their dot`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(
                .post,
                Self.path,
                #"{"content":"20 5060 sip.example.test.","name":"_sip._tcp","priority":10,"ttl":3600,"type":"SRV"}"#
            )
            #expect(answer.status == 201)
            #expect(
                answer.text.contains(#""content":"20 5060 sip.example.test.","ttl":3600,"priority":10,"type":"SRV""#)
            )
        }
    }

    @Test func `lists are filtered, sorted and paged`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            for (name, type, content) in [
                ("b", "A", "192.0.2.2"), ("a", "A", "192.0.2.3"), ("ab", "TXT", "text"), ("", "A", "192.0.2.1"),
            ] {
                let body = #"{"name":"\#(name)","type":"\#(type)","content":"\#(content)"}"#
                #expect(try await api.call(.post, Self.path, body).status == 201)
            }
            func names(_ query: String) async throws -> [String] {
                let answer = try await api.call(.get, "\(Self.path)?\(query)")
                #expect(answer.status == 200)
                return answer.text.matches(of: #/"name":"([^"]*)"/#).map { String($0.output.1) }
            }
            #expect(try await names("").suffix(4) == ["b", "a", "ab", ""])
            #expect(try await names("type=A") == ["b", "a", ""])
            #expect(try await names("type=a&sort=name") == ["", "a", "b"])
            #expect(try await names("type=A&sort=content:desc") == ["a", "b", ""])
            #expect(try await names("name=a") == ["a"])
            #expect(try await names("name=&type=A") == [""])
            #expect(try await names("name_like=b") == ["b", "ab"])
            #expect(try await names("sort=type:desc,id:desc").first == "ab")
            #expect(try await names("per_page=5000&sort=id:desc").prefix(2) == ["", "ab"])
            #expect(try await names("per_page=4&page=3") == [""])
            #expect(try await names("page=99999999999999999999") == [])
        }
    }

    @Test func `pagination is clamped, not refused`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            for (query, expected) in [
                ("per_page=5000", #"{"current_page":1,"per_page":100,"total_entries":5,"total_pages":1}"#),
                ("per_page=2&page=2", #"{"current_page":2,"per_page":2,"total_entries":5,"total_pages":3}"#),
                ("per_page=2&page=9", #"{"current_page":9,"per_page":2,"total_entries":5,"total_pages":3}"#),
                ("per_page=0&page=0", #"{"current_page":1,"per_page":1,"total_entries":5,"total_pages":5}"#),
                ("per_page=-5&page=-5", #"{"current_page":1,"per_page":1,"total_entries":5,"total_pages":5}"#),
                ("per_page=x&page=y", #"{"current_page":1,"per_page":30,"total_entries":5,"total_pages":1}"#),
                ("per_page=&page=", #"{"current_page":1,"per_page":30,"total_entries":5,"total_pages":1}"#),
            ] {
                let answer = try await api.call(.get, "\(Self.path)?\(query)")
                #expect(answer.status == 200)
                #expect(answer.text.hasSuffix(#","pagination":\#(expected)}"#), "\(query)")
            }
        }
    }

    @Test func `acme.sh finds its record with its expressions`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            _ = try await api.call(
                .post,
                Self.path,
                #"{"type":"TXT","name":"_acme-challenge.www","content":"V","ttl":120}"#
            )
            #expect(try await api.call(.get, "@/zones/www.example.com").text.contains("not found"))
            let answer = try await api.call(.get, "\(Self.path)?per_page=5000&sort=id:desc")
            let expression = #/"id":[^,]*,"zone_id":"[^,]*","parent_id":null,"name":"_acme-challenge\.www"/#
            #expect(answer.text.firstMatch(of: expression) != nil)
        }
    }

    @Test func `a record's distribution is its zone's`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let created = try await api.call(.post, Self.path, #"{"name":"a","type":"A","content":"192.0.2.1"}"#)
            let id = try #require(created.id)
            let answer = try await api.call(.get, "\(Self.path)/\(id)/distribution")
            #expect(answer.text == #"{"data":{"distributed":false}}"#)
        }
    }
}
