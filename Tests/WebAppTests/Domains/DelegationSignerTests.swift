// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Postgres
import Testing

@testable import WebApp

@Suite struct DelegationSignerTests {
    private static let digest = "C3D49CB83734B22CF3EF9A193B94302FA3BB68013E3E149786D40CDC1BBACD93"
    private static let body = """
        {"algorithm":"13","digest":"\(digest)","digest_type":"2","keytag":"51301"}
        """

    @Test func `a record is made, shown, listed and deleted`() async throws {
        try await TestAPI.run { api async throws in
            let domain = try #require(try await api.makeDomain("example.com").id)
            let created = try await api.call(.post, "@/domains/example.com/ds_records", Self.body)
            #expect(created.status == 201)
            let id = try #require(created.id)
            let text = """
                {"data":{"id":\(id),"domain_id":\(domain),"algorithm":"13","digest":"\(Self.digest)",\
                "digest_type":"2","keytag":"51301","public_key":null,"created_at":"T","updated_at":"T"}}
                """
            #expect(created.text.replacing(#/"\d{4}-[^"]*Z"/#, with: "\"T\"") == text)
            let shown = try await api.call(.get, "@/domains/\(domain)/ds_records/\(id)")
            #expect(shown.status == 200)
            #expect(shown.text == created.text)
            let listed = try await api.call(.get, "@/domains/example.com/ds_records?sort=created_at:desc")
            #expect(listed.ids == [id])
            #expect(listed.text.hasSuffix(#""total_entries":1,"total_pages":1}}"#))
            #expect(try await api.call(.delete, "@/domains/example.com/ds_records/\(id)").status == 204)
            let gone = try await api.call(.get, "@/domains/example.com/ds_records/\(id)")
            #expect(gone.status == 404)
            #expect(gone.text == #"{"message":"Delegation signer record `\#(id)` not found"}"#)
            #expect(try await api.call(.delete, "@/domains/example.com/ds_records/\(id)").status == 404)
            #expect(try await api.call(.get, "@/domains/example.com/ds_records/abc").status == 404)
            #expect(
                try await api.audit() == ["domain.create", "delegation_signer.create", "delegation_signer.delete"]
            )
        }
    }

    @Test func `lists are paged and sorted`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            var ids: [Int64] = []
            for tag in 1...3 {
                let answer = try await api.call(
                    .post,
                    "@/domains/example.com/ds_records",
                    #"{"algorithm":8,"digest":"\#(Self.digest.lowercased())","digest_type":"02","keytag":"\#(tag)"}"#
                )
                #expect(answer.text.contains(#""algorithm":"8","digest":"\#(Self.digest)","digest_type":"2""#))
                ids.append(try #require(answer.id))
            }
            let page = try await api.call(.get, "@/domains/example.com/ds_records?per_page=2&page=2")
            #expect(page.ids == [ids[2]])
            #expect(page.text.contains(#""current_page":2,"per_page":2,"total_entries":3,"total_pages":2"#))
            #expect(
                try await api.call(.get, "@/domains/example.com/ds_records?sort=id:desc").ids == ids.reversed()
            )
        }
    }

    @Test(arguments: [
        (
            "{}",
            """
            {"algorithm":["can't be blank"],"keytag":["can't be blank"],"digest_type":["can't be blank"],\
            "digest":["can't be blank"]}
            """
        ),
        (
            #"{"algorithm":"x","digest":"zz","digest_type":"2","keytag":"70000"}"#,
            """
            {"algorithm":["is not a number"],"keytag":["must be from 0 to 65535"],\
            "digest":["must be hexadecimal digits"]}
            """
        ),
        (
            #"{"algorithm":"13","digest":"ABCD","digest_type":"2","keytag":"1"}"#,
            #"{"digest":["is the wrong length (should be 64 characters)"]}"#
        ),
        (#"{"algorithm":"13","public_key":"not base64!"}"#, #"{"public_key":["must be Base64"]}"#),
        (#"{"algorithm":true,"public_key":"AAAA"}"#, #"{"algorithm":["must be a string"]}"#),
    ])
    func `what is no delegation signer is refused`(body: String, errors: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.post, "@/domains/example.com/ds_records", body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":\#(errors)}"#)
        }
    }

    @Test func `the key form is taken, and the same record only once`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let body = #"{"algorithm":"13","public_key":"mdsswUyr3DPW132mOi8V9xESWE8jTo0d"}"#
            let answer = try await api.call(.post, "@/domains/example.com/ds_records", body)
            #expect(answer.status == 201)
            #expect(answer.text.contains(#""digest":null,"digest_type":null,"keytag":null,"public_key":"mdss"#))
            let again = try await api.call(.post, "@/domains/example.com/ds_records", body)
            #expect(again.status == 400)
            #expect(again.text.contains(#"{"base":["Delegation signer record already exists"]}"#))
        }
    }

    @Test func `a domain's records are its account's`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let id = try #require(try await api.call(.post, "@/domains/example.com/ds_records", Self.body).id)
            let other = try await api.otherAccount()
            for path in ["ds_records", "ds_records/\(id)", "dnssec"] {
                let answer = try await api.call(
                    .get,
                    "\(other.account.id)/domains/example.com/\(path)",
                    as: .token(other.token)
                )
                #expect(answer.status == 404)
                #expect(answer.text == #"{"message":"Domain `example.com` not found"}"#)
            }
            let path = "@/domains/example.com/ds_records"
            try await api.expectGuards(.get, path, scope: "domains")
            try await api.expectGuards(.post, path, Self.body, scope: "domains")
            try await api.expectGuards(.delete, "\(path)/\(id)", scope: "domains")
        }
    }

    @Test func `DNSSEC is not said to be on where nothing signs`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let enabled = try await api.call(.post, "@/domains/example.com/dnssec")
            #expect(enabled.status == 412)
            #expect(enabled.text.contains("Zones are not signed on this platform yet"))
            let disabled = try await api.call(.delete, "@/domains/example.com/dnssec")
            #expect(disabled.status == 428)
            #expect(disabled.text == #"{"message":"DNSSEC cannot be disabled because it is not enabled"}"#)
            #expect(
                try await api.call(.get, "@/domains/example.com/dnssec").text.contains(
                    #""enabled":false,"active":false"#
                )
            )
            try await api.expectGuards(.post, "@/domains/example.com/dnssec", scope: "domains")
        }
    }

    @Test func `a zone that was signed elsewhere is enabled and cannot be disabled`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            _ = try await api.pool.execute("UPDATE app.zone SET presigned_at = now() WHERE name = 'example.com'")
            let enabled = try await api.call(.post, "@/domains/example.com/dnssec")
            #expect(enabled.status == 201)
            #expect(enabled.text.contains(#""enabled":true,"active":true"#))
            let disabled = try await api.call(.delete, "@/domains/example.com/dnssec")
            #expect(disabled.status == 412)
            #expect(disabled.text.contains("The zone was signed elsewhere"))
        }
    }
}
