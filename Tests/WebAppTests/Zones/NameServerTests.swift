// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Identity
import Postgres
import Testing

@testable import Database
@testable import WebApp

/// `PUT …/ns_records`, and the record types that the platform makes.
@Suite struct NameServerTests {
    private static let servers = "@/zones/example.com/ns_records"
    private static let records = "@/zones/example.com/records"

    @Test func `the name servers at the apex are replaced as a whole`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(
                .put,
                Self.servers,
                #"{"ns_names":["NS1.Example.net.","ns2.example.net"]}"#
            )
            #expect(answer.status == 200)
            #expect(answer.ids.count == 2)
            #expect(!answer.text.contains("pagination"))
            #expect(
                answer.text.contains(
                    #""zone_id":"example.com","parent_id":null,"name":"","content":"NS1.Example.net","#
                )
            )
            #expect(answer.text.contains(#""system_record":true"#))
            let listed = try await api.call(.get, "\(Self.records)?type=NS&name=")
            #expect(listed.ids == answer.ids)
            let again = try await api.call(
                .put,
                Self.servers,
                #"{"ns_names":["ns1.example.net","ns2.example.net"],"ns_set_ids":[]}"#
            )
            #expect(again.ids == answer.ids)
            let outbox = try await api.pool.query(
                "SELECT names FROM distribution.outbox ORDER BY id DESC LIMIT 1"
            )
            #expect(try outbox.first?.decode(0, as: [String].self) == [""])
        }
    }

    @Test(arguments: [
        (#"{}"#, 400, #"{"ns_names":["can't be blank"]}"#),
        (#"{"ns_names":[]}"#, 400, #"{"ns_names":["can't be blank"]}"#),
        (#"{"ns_names":"ns1.example.net"}"#, 400, #"{"ns_names":["must be an array"]}"#),
        (
            #"{"ns_names":["192.0.2.1"]}"#, 400, #"{"ns_names":["`192.0.2.1` is not a valid host name"]}"#
        ),
        (#"{"ns_names":["."]}"#, 400, #"{"ns_names":["`.` is not a valid host name"]}"#),
        (#"{"ns_set_ids":[7]}"#, 404, #"{"message":"Name server set `7` not found"}"#),
    ])
    func `faults are named`(body: String, status: Int, part: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.put, Self.servers, body)
            #expect(answer.status == status)
            #expect(answer.text.contains(part), "\(answer.text)")
        }
    }

    @Test func `others and read-only tokens are kept out`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let other = try await api.otherAccount()
            let reader = try await TokenStore(pool: api.pool).create(
                account: api.account.id,
                name: "r",
                access: .read
            ).secret.text.reveal()
            let body = #"{"ns_names":["ns1.example.net"]}"#
            #expect(try await api.call(.put, Self.servers, body, as: .token(reader)).status == 403)
            let path = Self.servers.replacing("@", with: String(other.account.id))
            let foreign = try await api.call(.put, path, body, as: .token(other.token))
            #expect(foreign.text == #"{"message":"Zone `example.com` not found"}"#)
        }
    }

    @Test(arguments: [
        ("ALIAS", "target.example.net.", "target.example.net"),
        ("POOL", "a.example.net", "a.example.net"),
        ("URL", "https://www.example.net/a;b?c=(d)#e", "https://www.example.net/a;b?c=(d)#e"),
        ("url", "HTTP://example.net", "HTTP://example.net"), ("HTTPS", "1 . alpn=h2", "1 . alpn=h2"),
        (
            "LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m",
            "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m"
        ),
    ])
    func `types are stored and shown as sent`(type: String, sent: String, shown: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let body =
                #"{"name":"x","type":"\#(type)","content":"\#(sent)","regions":["SV1","IAD"],"integrated_zones":[1,"dnsimple"]}"#
            let answer = try await api.call(.post, Self.records, body)
            #expect(answer.status == 201, "\(answer.text)")
            #expect(
                answer.text.contains(
                    #""content":"\#(shown)","ttl":3600,"priority":null,"type":"\#(type.uppercased())","regions":["SV1","IAD"]"#
                )
            )
            #expect(
                try await api.call(.post, Self.records, body).text.contains("Zone record already exists")
            )
            let filtered = try await api.call(.get, "\(Self.records)?type=\(type)")
            #expect(filtered.ids.count == 1)
        }
    }

    @Test(arguments: [
        ("ALIAS", "192.0.2.1", "is not a valid host name"),
        ("ALIAS", "\\\\# 3 016100", "is not valid ALIAS data"),
        ("URL", "ftp://example.net", "is not a valid URL"), ("URL", "https://", "is not a valid URL"),
        ("URL", "https://a b", "is not a valid URL"), ("TYPE240", "\\\\# 1 00", "unsupported"),
        ("POOL", "http://x", "is not a valid host name"),
    ])
    func `what is none of the type is refused`(type: String, content: String, message: String)
        async throws
    {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(
                .post,
                Self.records,
                #"{"name":"x","type":"\#(type)","content":"\#(content)"}"#
            )
            #expect(answer.status == 400)
            #expect(answer.text.contains(message), "\(answer.text)")
        }
    }

    @Test func `the platform's types keep their own rules`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let post = { (name: String, type: String, content: String) in
                try await api.call(
                    .post,
                    Self.records,
                    #"{"name":"\#(name)","type":"\#(type)","content":"\#(content)"}"#
                ).status
            }
            #expect(try await post("", "ALIAS", "a.example.net") == 201, "an alias stands at the apex")
            #expect(try await post("", "A", "192.0.2.1") == 201, "and beside other data")
            #expect(try await post("", "ALIAS", "b.example.net") == 400, "but alone of its kind")
            #expect(try await post("", "POOL", "b.example.net") == 400)
            #expect(try await post("p", "POOL", "a.example.net") == 201)
            #expect(try await post("p", "POOL", "b.example.net") == 201)
            #expect(try await post("p", "A", "192.0.2.1") == 400)
            #expect(try await post("p", "CNAME", "a.example.net") == 400)
            let file = try await api.call(.get, "@/zones/example.com/file")
            #expect(file.text.contains(#"\n; p IN POOL a.example.net.\n"#), "\(file.text)")
            #expect(file.text.contains(#"\n; @ IN ALIAS a.example.net.\n"#))
        }
    }

    @Test func `a priority that is sent with SVCB becomes part of its content`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(
                .post,
                Self.records,
                #"{"name":"x","type":"HTTPS","content":". alpn=h2","priority":1}"#
            )
            #expect(
                answer.text.contains(#""content":"1 . alpn=h2","ttl":3600,"priority":null"#),
                "\(answer.text)"
            )
        }
    }
}
