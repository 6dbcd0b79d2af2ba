// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Testing

@testable import WebApp

@Suite struct DelegationTests {
    private static let path = "@/registrar/domains/example.com/delegation"

    @Test func `a delegation is kept as a bare list and told to webhooks`() async throws {
        try await TestAPI.run { api async throws in
            let id = try #require(try await api.makeDomain("example.com").id)
            #expect(try await api.call(.get, Self.path).text == #"{"data":[]}"#)
            let changed = try await api.call(.put, Self.path, #"["NS1.host.example.","ns2.host.example"]"#)
            #expect(changed.status == 200)
            #expect(changed.text == #"{"data":["ns1.host.example","ns2.host.example"]}"#)
            #expect(try await api.call(.get, "@/registrar/domains/\(id)/delegation").text == changed.text)
            // The same again leaves no trace.
            #expect(try await api.call(.put, Self.path, #"["ns1.host.example","ns2.host.example"]"#).status == 200)
            #expect(try await api.audit() == ["domain.create", "domain.delegation_change"])
            // The zone's own NS records are another matter.
            #expect(try await api.records("example.com", "", "NS") == ZonePolicy.example.nameServers)
            #expect(try await api.call(.delete, "\(Self.path)/vanity").status == 204)
            let names = ZonePolicy.example.nameServers.map { #""\#($0)""# }.joined(separator: ",")
            #expect(try await api.call(.get, Self.path).text == #"{"data":[\#(names)]}"#)
        }
    }

    @Test func `the webhook has the domain and the names`() async throws {
        try await TestAPI.run { api async throws in
            let domain = try await api.makeDomain("example.com")
            try await api.makeWebhook()
            _ = try await api.call(.put, Self.path, #"["ns1.host.example"]"#)
            let body = try await api.webhookBodies("domain.delegation_change").first
            let text = try #require(body)
            let id = try #require(domain.id)
            #expect(text.hasPrefix(#"{"data":{"domain":{"id":\#(id),"account_id""#))
            #expect(text.contains(#""name_servers":["ns1.host.example"]},"name":"domain.delegation_change""#))
        }
    }

    @Test(arguments: [
        (#"{"name_servers":[]}"#, #"{"message":"The request body must be a JSON array"}"#),
        ("", #"{"message":"Malformed JSON at line 1, column 1: unexpected end"}"#),
        (
            "[1]",
            #"{"message":"Validation failed","errors":{"name_servers":["must be an array of strings"]}}"#
        ),
        (
            #"["a b.example","ns1.host.example","ns1.HOST.example"]"#,
            """
            {"message":"Validation failed","errors":{"name_servers":["`a b.example` may only have letters, digits, \
            hyphens and dots","`ns1.host.example` is listed twice"]}}
            """
        ),
    ])
    func `what is no list of hosts is refused`(body: String, text: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            for path in [Self.path, "\(Self.path)/vanity"] {
                let answer = try await api.call(.put, path, body)
                #expect(answer.status == 400)
                if body.isEmpty {
                    #expect(answer.text.hasPrefix(#"{"message":"Malformed JSON at line 1, column 1"#))
                } else {
                    #expect(answer.text == text)
                }
            }
        }
    }

    @Test func `fourteen name servers are one too many`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let names = (1...14).map { #""ns\#($0).host.example""# }
            let answer = try await api.call(.put, Self.path, "[\(names.joined(separator: ","))]")
            #expect(answer.status == 400)
            #expect(answer.text.contains(#"{"name_servers":["can be at most 13"]}"#))
            let most = try await api.call(.put, Self.path, "[\(names.dropLast().joined(separator: ","))]")
            #expect(most.status == 200)
        }
    }

    @Test func `a delegation is its account's`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let other = try await api.otherAccount()
            for method in [HTTPRequest.Method.get, .put] {
                let answer = try await api.call(
                    method,
                    Self.path.replacing("@", with: String(other.account.id)),
                    #"["ns1.host.example"]"#,
                    as: .token(other.token)
                )
                #expect(answer.status == 404)
                #expect(answer.text == #"{"message":"Domain `example.com` not found"}"#)
            }
            try await api.expectGuards(.get, Self.path, scope: "registrar")
            try await api.expectGuards(.put, Self.path, "[]", scope: "registrar")
            try await api.expectGuards(.put, "\(Self.path)/vanity", "[]", scope: "registrar")
            try await api.expectGuards(.delete, "\(Self.path)/vanity", scope: "registrar")
        }
    }
}
