// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Testing

@testable import WebApp

@Suite struct ImportTests {
    private static let path = "/x/v1/@/zones/example.com/import"
    private static let file = """
        $TTL 600
        @ IN SOA ns1.other. admin.other. 1 2 3 4 5
        @ IN NS ns1.other.
        www IN A 192.0.2.1
        www 60 IN AAAA 2001:db8::1
        @ IN MX 10 mail

        """

    @Test func `a file is merged into the zone`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.post, Self.path, Self.file)
            #expect(answer.status == 200)
            #expect(
                answer.text.hasPrefix(
                    """
                    {"data":{"zone_id":"example.com","dry_run":false,\
                    "counts":{"creates":3,"updates":0,"deletes":0,"unchanged":0,"skipped":2},"creates":[
                    """
                )
            )
            #expect(
                answer.text.contains(
                    #"{"name":"www","type":"AAAA","content":"2001:db8::1","ttl":60,"priority":null}"#
                )
            )
            #expect(
                answer.text.contains(
                    #"{"name":"","type":"MX","content":"mail.example.com","ttl":600,"priority":10}"#
                )
            )
            #expect(try await api.call(.get, "@/zones/example.com/records?name=www").ids.count == 2)
            let again = try await api.call(.post, Self.path, Self.file)
            #expect(again.text.contains(#""counts":{"creates":0,"updates":0,"deletes":0,"unchanged":3,"skipped":2}"#))
        }
    }

    @Test func `the file may stand in a JSON object`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.post, Self.path, #"{"zone_file":"www 60 IN A 192.0.2.9\n"}"#)
            #expect(answer.status == 200)
            #expect(answer.text.contains(#""creates":[{"name":"www","type":"A","content":"192.0.2.9","ttl":60,"#))
        }
    }

    @Test func `a dry run tells and changes nothing`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            _ = try await api.call(
                .post,
                "@/zones/example.com/records",
                #"{"name":"x","type":"A","content":"192.0.2.1"}"#
            )
            let before = try await api.call(.get, "@/zones/example.com/records")
            let answer = try await api.call(.post, Self.path + "?dry_run=1&mode=replace", Self.file)
            #expect(answer.status == 200)
            #expect(answer.text.contains(#""dry_run":true,"counts":{"creates":3,"updates":0,"deletes":1,"#))
            #expect(answer.text.contains(#""deletes":[{"name":"x","type":"A","content":"192.0.2.1","ttl":3600,"#))
            #expect(try await api.call(.get, "@/zones/example.com/records").text == before.text)
        }
    }

    @Test func `replacing deletes what the file does not have, system records apart`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            _ = try await api.call(
                .post,
                "@/zones/example.com/records",
                #"{"name":"x","type":"A","content":"192.0.2.1"}"#
            )
            let answer = try await api.call(.post, Self.path + "?mode=replace", Self.file)
            #expect(answer.status == 200)
            let records = try await api.call(.get, "@/zones/example.com/records")
            #expect(records.text.matches(of: #/"system_record":true/#).count == 5)
            #expect(records.text.matches(of: #/"system_record":false/#).count == 3)
            #expect(!records.text.contains(#""name":"x""#))
        }
    }

    @Test func `every error is reported by line, and nothing is changed`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let before = try await api.call(.get, "@/zones/example.com/records")
            let file = "ok 60 IN A 192.0.2.1\nbad 60 IN A 192.0.2.256\nok2 60 IN A 192.0.2.2\nworse 60 IN NOPE x\n"
            let answer = try await api.call(.post, Self.path, file)
            #expect(answer.status == 400)
            #expect(
                answer.text.hasPrefix(#"{"message":"Validation failed","errors":{"zone_file":[{"line":2,"column":"#)
            )
            #expect(answer.text.contains(#"{"line":4,"column":"#))
            #expect(answer.text.matches(of: #/"line":/#).count == 2)
            #expect(try await api.call(.get, "@/zones/example.com/records").text == before.text)
        }
    }

    @Test(arguments: [
        ("", "", #"{"zone_file":["can't be blank"]}"#),
        ("", #"{"zone_file":""}"#, #"{"zone_file":["can't be blank"]}"#),
        ("", #"{"zone_file":5}"#, #"{"zone_file":["must be a string"]}"#),
        ("?mode=wipe", "a 60 IN A 192.0.2.1\n", #"{"mode":["must be merge or replace"]}"#),
    ])
    func `a request that makes no sense is refused`(query: String, body: String, errors: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.post, Self.path + query, body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":\#(errors)}"#)
        }
    }
}
