// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Testing

@testable import WebApp

@Suite struct EmailForwardTests {
    private static let policy: ZonePolicy = {
        var policy = ZonePolicy.example
        policy.mailExchangers = ["mx1.mail.example", "mx2.mail.example"]
        return policy
    }()
    private static let body = #"{"alias_name":"post","destination_email":"ada@berg.example"}"#

    @Test func `the first forward publishes the mail servers and the last one takes them away`() async throws {
        try await TestAPI.run(policy: Self.policy) { api async throws in
            let domain = try #require(try await api.makeDomain("example.com").id)
            let own = #"{"type":"MX","name":"","content":"mx.berg.example","priority":5}"#
            #expect(try await api.call(.post, "@/zones/example.com/records", own).status == 201)
            let created = try await api.call(.post, "@/domains/example.com/email_forwards", Self.body)
            #expect(created.status == 201)
            let id = try #require(created.id)
            let text = """
                {"data":{"id":\(id),"domain_id":\(domain),"alias_email":"post@example.com",\
                "destination_email":"ada@berg.example","created_at":"T","updated_at":"T","active":true}}
                """
            #expect(created.text.replacing(#/"\d{4}-[^"]*Z"/#, with: "\"T\"") == text)
            let all = ["mx.berg.example", "mx1.mail.example", "mx2.mail.example"]
            #expect(try await api.records("example.com", "", "MX") == all)
            let second = try await api.call(
                .post,
                "@/domains/\(domain)/email_forwards",
                #"{"alias_name":".*@EXAMPLE.com","destination_email":"bo@berg.example"}"#
            )
            #expect(second.status == 201)
            #expect(second.text.contains(#""alias_email":".*@example.com""#))
            #expect(try await api.records("example.com", "", "MX") == all)
            #expect(try await api.call(.get, "@/domains/example.com/email_forwards/\(id)").text == created.text)
            #expect(try await api.call(.delete, "@/domains/example.com/email_forwards/\(id)").status == 204)
            #expect(try await api.records("example.com", "", "MX") == all)
            let last = try #require(second.id)
            #expect(try await api.call(.delete, "@/domains/example.com/email_forwards/\(last)").status == 204)
            // What the customer has made stays.
            #expect(try await api.records("example.com", "", "MX") == ["mx.berg.example"])
            let gone = try await api.call(.get, "@/domains/example.com/email_forwards/\(id)")
            #expect(gone.status == 404)
            #expect(gone.text == #"{"message":"Email forward `\#(id)` not found"}"#)
        }
    }

    @Test func `the mail servers' records are the platform's, and webhooks are told of both`() async throws {
        try await TestAPI.run(policy: Self.policy) { api async throws in
            try await api.makeDomain("example.com")
            try await api.makeWebhook()
            #expect(try await api.call(.post, "@/domains/example.com/email_forwards", Self.body).status == 201)
            let records = try await api.call(.get, "@/zones/example.com/records?type=MX")
            let id = try #require(records.id)
            #expect(records.text.contains(#""priority":10,"type":"MX","regions":["global"],"system_record":true"#))
            #expect(try await api.call(.delete, "@/zones/example.com/records/\(id)").status == 400)
            #expect(try await api.audit() == ["domain.create", "email_forward.create"])
        }
    }

    @Test(arguments: [
        ("{}", #"{"alias_name":["can't be blank"],"destination_email":["can't be blank"]}"#),
        (
            #"{"alias_name":"a b","destination_email":"nowhere"}"#,
            #"{"alias_name":["is invalid"],"destination_email":["is an invalid email address"]}"#
        ),
        (#"{"alias_name":"(","destination_email":"a@b.example"}"#, #"{"alias_name":["is invalid"]}"#),
        (#"{"alias_name":"a@b","destination_email":"a@b.example"}"#, #"{"alias_name":["is invalid"]}"#),
        (
            #"{"alias_name":"Me","destination_email":"me@example.com"}"#,
            #"{"destination_email":["is the alias itself"]}"#
        ),
        (#"{"alias_name":1,"destination_email":"a@b.example"}"#, #"{"alias_name":["must be a string"]}"#),
    ])
    func `what cannot be forwarded is refused, and the zone stays as it is`(body: String, errors: String) async throws {
        try await TestAPI.run(policy: Self.policy) { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.post, "@/domains/example.com/email_forwards", body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":\#(errors)}"#)
            #expect(try await api.records("example.com", "", "MX") == [])
        }
    }

    @Test func `forwards are sorted and paged, and the same one is made once`() async throws {
        try await TestAPI.run(policy: Self.policy) { api async throws in
            try await api.makeDomain("example.com")
            let path = "@/domains/example.com/email_forwards"
            var ids: [Int64] = []
            for (alias, destination) in [("b", "x"), ("a", "z"), ("c", "y")] {
                let body = #"{"alias_name":"\#(alias)","destination_email":"\#(destination)@berg.example"}"#
                ids.append(try #require(try await api.call(.post, path, body).id))
            }
            #expect(try await api.call(.get, path).ids == ids)
            #expect(try await api.call(.get, "\(path)?sort=alias_email").ids == [ids[1], ids[0], ids[2]])
            #expect(try await api.call(.get, "\(path)?sort=destination_email:desc").ids == [ids[1], ids[2], ids[0]])
            let page = try await api.call(.get, "\(path)?per_page=2&page=2")
            #expect(page.ids == [ids[2]])
            #expect(page.text.contains(#""total_entries":3,"total_pages":2"#))
            let again = try await api.call(.post, path, #"{"alias_name":"b","destination_email":"x@berg.example"}"#)
            #expect(again.status == 400)
            #expect(again.text.contains(#"{"base":["Email forward already exists"]}"#))
        }
    }

    @Test func `a platform without mail servers says so`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.post, "@/domains/example.com/email_forwards", Self.body)
            #expect(answer.status == 412)
            #expect(answer.text == #"{"message":"E-mail forwarding is not configured on this platform"}"#)
            #expect(try await api.call(.get, "@/domains/example.com/email_forwards").ids == [])
        }
    }

    @Test func `forwards are their account's`() async throws {
        try await TestAPI.run(policy: Self.policy) { api async throws in
            try await api.makeDomain("example.com")
            let path = "domains/example.com/email_forwards"
            let id = try #require(try await api.call(.post, "@/\(path)", Self.body).id)
            let other = try await api.otherAccount()
            for (method, path) in [
                (.get, path), (.post, path), (.get, "\(path)/\(id)"), (.delete, "\(path)/\(id)"),
            ] as [(HTTPRequest.Method, String)] {
                let answer = try await api.call(
                    method,
                    "\(other.account.id)/\(path)",
                    Self.body,
                    as: .token(other.token)
                )
                #expect(answer.status == 404)
                #expect(answer.text == #"{"message":"Domain `example.com` not found"}"#)
            }
            try await api.expectGuards(.get, "@/\(path)", scope: "domains")
            try await api.expectGuards(.post, "@/\(path)", Self.body, scope: "domains")
            try await api.expectGuards(.delete, "@/\(path)/\(id)", scope: "domains")
        }
    }
}
