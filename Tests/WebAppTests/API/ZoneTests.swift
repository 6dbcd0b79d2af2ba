// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Testing

@testable import WebApp

@Suite struct ZoneTests {
    private static let zone = """
        {"data":{"id":#,"account_id":#,"name":"example.com","reverse":false,"secondary":false,\
        "last_transferred_at":null,"active":true,"created_at":"T","updated_at":"T"}}
        """

    @Test func `a zone is shown by name and id`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.get, "@/zones/example.com")
            #expect(answer.status == 200)
            #expect(answer.normalized == Self.zone)
            let id = try #require(answer.id)
            #expect(try await api.call(.get, "@/zones/\(id)").text == answer.text)
        }
    }

    @Test func `names in paths are percent-decoded`() async throws {
        try await TestAPI.run { api async throws in
            #expect(try await api.makeDomain("0/26.2.0.192.in-addr.arpa").status == 201)
            let answer = try await api.call(.get, "@/zones/0%2F26.2.0.192.in-addr.arpa")
            #expect(answer.status == 200)
            #expect(answer.text.contains(#""name":"0/26.2.0.192.in-addr.arpa","reverse":true"#))
        }
    }

    @Test func `zones are listed with their pagination`() async throws {
        try await TestAPI.run { api async throws in
            for name in ["b.example", "a.example"] {
                try await api.makeDomain(name)
            }
            let answer = try await api.call(.get, "@/zones")
            #expect(answer.text.matches(of: #/"name":"([^"]*)"/#).map(\.output.1) == ["a.example", "b.example"])
            #expect(
                answer.text.hasSuffix(
                    #","pagination":{"current_page":1,"per_page":30,"total_entries":2,"total_pages":1}}"#
                )
            )
            let filtered = try await api.call(.get, "@/zones?name_like=B.ex&sort=name:desc")
            #expect(filtered.text.matches(of: #/"name":"([^"]*)"/#).map(\.output.1) == ["b.example"])
        }
    }

    @Test(arguments: ["nothing.example", "0", "999999999", "99999999999999999999999", "-1", "a%20b", "%ff"])
    func `a zone that is not there is named as it was asked for`(name: String) async throws {
        try await TestAPI.run { api async throws in
            let decoded = name.replacing("%20", with: " ")
            for path in ["", "/file", "/distribution", "/records", "/records/1"] {
                let answer = try await api.call(.get, "@/zones/\(name)\(path)")
                #expect(answer.status == 404)
                #expect(answer.text == "{\"message\":\"Zone `\(decoded)` not found\"}")
            }
            let record = #"{"name":"a","type":"A","content":"192.0.2.1"}"#
            #expect(
                try await api.call(.post, "@/zones/\(name)/records", record).text
                    == "{\"message\":\"Zone `\(decoded)` not found\"}"
            )
            for path in ["records/1", "activation"] {
                #expect(
                    try await api.call(.delete, "@/zones/\(name)/\(path)").text
                        == "{\"message\":\"Zone `\(decoded)` not found\"}"
                )
            }
            #expect(try await api.call(.post, "@/zones/\(name)/batch", "{}").status == 404)
            #expect(try await api.call(.post, "/x/v1/@/zones/\(name)/import", "a 60 IN A 192.0.2.1\n").status == 404)
        }
    }

    @Test func `activation is switched off and on`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let off = try await api.call(.delete, "@/zones/example.com/activation")
            #expect(off.status == 200)
            #expect(off.normalized == Self.zone.replacing(#""active":true"#, with: #""active":false"#))
            #expect(try await api.call(.get, "@/zones/example.com").text.contains(#""active":false"#))
            let on = try await api.call(.put, "@/zones/example.com/activation")
            #expect(on.status == 200)
            #expect(on.normalized == Self.zone)
        }
    }

    @Test func `the zone file is a text that starts with its origin`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            _ = try await api.call(
                .post,
                "@/zones/example.com/records",
                #"{"name":"www","type":"A","content":"192.0.2.1","ttl":60}"#
            )
            let answer = try await api.call(.get, "@/zones/example.com/file")
            #expect(answer.status == 200)
            #expect(answer.text.hasPrefix(#"{"data":{"zone":"$ORIGIN example.com.\n$TTL "#))
            #expect(answer.text.hasSuffix(#""}}"#))
            #expect(answer.text.contains("192.0.2.1"))
        }
    }

    @Test func `nothing is distributed while no responder is connected`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.get, "@/zones/example.com/distribution")
            #expect(answer.status == 200)
            #expect(answer.text == #"{"data":{"distributed":false}}"#)
        }
    }

    @Test func `a new zone has its system records`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.get, "@/zones/example.com/records")
            #expect(answer.text.matches(of: #/"type":"([A-Z]+)"/#).map(\.output.1) == ["SOA", "NS", "NS", "NS", "NS"])
            #expect(answer.text.matches(of: #/"system_record":true/#).count == 5)
            #expect(
                answer.normalized.contains(
                    """
                    {"id":#,"zone_id":"example.com","parent_id":null,"name":"",\
                    "content":"ns1.zonewright.example","ttl":3600,"priority":null,"type":"NS","regions":["global"],\
                    "system_record":true,"created_at":"T","updated_at":"T"}
                    """
                )
            )
            for id in answer.ids {
                let deleted = try await api.call(.delete, "@/zones/example.com/records/\(id)")
                #expect(deleted.status == 400)
                #expect(
                    deleted.text
                        == #"{"message":"Validation failed","errors":{"base":["System records cannot be changed"]}}"#
                )
                let changed = try await api.call(.patch, "@/zones/example.com/records/\(id)", #"{"ttl":60}"#)
                #expect(changed.status == 400)
            }
        }
    }
}
