// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Testing

@testable import WebApp

/// What the document does not allow is refused, and what it allows is taken.
@Suite struct StrictParameterTests {
    @Test func `a dry run that is not clearly asked for is refused, and nothing is changed`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let zone = "/x/v1/@/zones/example.com"
            let before = try await api.call(.get, zone + "/rrsets").text
            for value in ["yes", "TRUE", ""] {
                for (method, path, body) in [
                    (.post, "/import", "x 60 A 192.0.2.1\n"), (.put, "", "x 60 A 192.0.2.1\n"),
                    (.put, "/rrsets/x/A", #"{"records":["192.0.2.1"]}"#), (.post, "/versions/1/rollback", nil),
                ] as [(HTTPRequest.Method, String, String?)] {
                    let answer = try await api.call(method, "\(zone)\(path)?dry_run=\(value)", body)
                    #expect(answer.status == 400, "\(path) \(value)")
                    #expect(answer.text.contains(#""dry_run":["must be true or false"]"#))
                }
            }
            #expect(try await api.call(.get, zone + "/rrsets").text == before)
            #expect(
                try await api.call(.put, zone + "/rrsets/x/A?dry_run=0", #"{"records":["192.0.2.1"]}"#).status == 200
            )
        }
    }

    @Test(arguments: [
        "/x/v1/@/audit?before=0", "/x/v1/@/audit?before=-1", "/x/v1/@/audit?before=", "/x/v1/@/audit?since=",
        "/x/v1/@/audit?until=2026-02-29", "@/billing/charges?start_date=", "@/billing/charges?end_date=2026-02-30",
        "/x/v1/@/zones/example.com/changes/1?wait=", "/x/v1/@/zones/example.com/changes/1?wait=31",
    ])
    func `a parameter that is no value of its kind is refused`(path: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            #expect(try await api.call(.get, path).status == 400)
        }
    }

    @Test func `JSON has one kind of number, so that 60 and 60.0 are the same`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let records = "@/zones/example.com/records"
            for (ttl, wanted) in [("60.0", 60), ("6e1", 60), ("60", 60)] {
                let body = #"{"name":"n","type":"A","content":"192.0.2.\#(ttl.count)","ttl":\#(ttl)}"#
                let answer = try await api.call(.post, records, body)
                #expect(answer.status == 201, "\(ttl): \(answer.text)")
                #expect(answer.text.contains(#""ttl":\#(wanted)"#))
            }
            for (ttl, message) in [
                ("60.5", "must be an integer"), ("1e30", "is out of range"), (#""60""#, "is not a number"),
            ] {
                let answer = try await api.call(
                    .post,
                    records,
                    #"{"name":"n","type":"A","content":"192.0.2.9","ttl":\#(ttl)}"#
                )
                #expect(answer.status == 400 && answer.text.contains(message), "\(ttl): \(answer.text)")
            }
        }
    }

    @Test func `a token with a policy for records may write nothing else, even where nothing would change`()
        async throws
    {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let made = try await api.call(
                .post,
                "/x/v1/@/tokens",
                #"{"name":"acme","record_policy":["_acme-challenge:TXT"]}"#
            )
            let secret = try #require(made.text.firstMatch(of: #/"token":"([^"]+)"/#).map { String($0.output.1) })
            for (method, path) in [
                (.put, "@/zones/example.com/activation"), (.delete, "@/vanity/example.com"),
                (.put, "@/zones/example.com/ns_records"), (.post, "@/webhooks"), (.delete, "@/domains/example.com"),
            ] as [(HTTPRequest.Method, String)] {
                let answer = try await api.call(method, path, "{}", as: .token(secret))
                #expect(answer.status == 403, "\(path)")
                #expect(answer.text == #"{"message":"Permission Denied. The token may only change records"}"#)
            }
            let challenge = #"{"name":"_acme-challenge","type":"TXT","content":"proof"}"#
            let records = "@/zones/example.com/records"
            #expect(try await api.call(.post, records, challenge, as: .token(secret)).status == 201)
        }
    }
}
