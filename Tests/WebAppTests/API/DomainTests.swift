// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Identity
import Postgres
import Testing

@testable import WebApp

@Suite struct DomainTests {
    @Test func `a domain is made, shown by name and id, and deleted with its zone`() async throws {
        try await TestAPI.run { api async throws in
            let created = try await api.makeDomain("Example.COM")
            #expect(created.status == 201)
            let text = """
                {"data":{"id":#,"account_id":#,"registrant_id":null,"name":"example.com","unicode_name":"example.com",\
                "state":"hosted","auto_renew":false,"private_whois":false,"trustee":false,"expires_on":null,\
                "expires_at":null,"created_at":"T","updated_at":"T"}}
                """
            #expect(created.normalized == text)
            let id = try #require(created.id)
            for path in [
                "@/domains/example.com", "@/domains/EXAMPLE.com", "@/domains/\(id)", "@/domains/example%2Ecom",
            ] {
                let answer = try await api.call(.get, path)
                #expect(answer.status == 200)
                #expect(answer.text == created.text)
            }
            let deleted = try await api.call(.delete, "@/domains/example.com")
            #expect(deleted.status == 204)
            #expect(deleted.text.isEmpty)
            #expect(
                try await api.call(.get, "@/domains/example.com").text
                    == #"{"message":"Domain `example.com` not found"}"#
            )
            #expect(
                try await api.call(.get, "@/zones/example.com").text == #"{"message":"Zone `example.com` not found"}"#
            )
            #expect(try await api.call(.delete, "@/domains/example.com").status == 404)
        }
    }

    @Test func `lists are filtered, sorted and paged`() async throws {
        try await TestAPI.run { api async throws in
            for name in ["b.example", "a.example", "ab.example", "c.test"] {
                #expect(try await api.makeDomain(name).status == 201)
            }
            func names(_ query: String) async throws -> [String] {
                let answer = try await api.call(.get, "@/domains?\(query)")
                #expect(answer.status == 200)
                return answer.text.matches(of: #/"name":"([^"]*)"/#).map { String($0.output.1) }
            }
            #expect(try await names("") == ["a.example", "ab.example", "b.example", "c.test"])
            #expect(try await names("sort=id:desc") == ["c.test", "ab.example", "a.example", "b.example"])
            #expect(try await names("sort=name:desc") == ["c.test", "b.example", "ab.example", "a.example"])
            #expect(try await names("name_like=example") == ["a.example", "ab.example", "b.example"])
            // Clients take the first entry of this list for the domain they asked for.
            #expect(try await names("name_like=b.example") == ["b.example", "ab.example"])
            #expect(try await names("name_like=%25") == [])
            #expect(try await names("per_page=2&page=2") == ["b.example", "c.test"])
        }
    }

    @Test func `a filter that nothing matches gives an empty page`() async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.get, "@/domains?name_like=www.labzone.com", "{}")
            #expect(answer.status == 200)
            #expect(
                answer.text == """
                    {"data":[],"pagination":{"current_page":1,"per_page":30,"total_entries":0,"total_pages":1}}
                    """
            )
        }
    }

    @Test(arguments: [
        (#"{}"#, "can't be blank"),
        (#"{"name":""}"#, "can't be blank"),
        (#"{"name":null}"#, "can't be blank"),
        (#"{"name":"."}"#, nil),
        (#"{"name":"com"}"#, "is not a name that a customer can own"),
        (#"{"name":"a..example"}"#, "has an empty label"),
        (#"{"name":"a b.example"}"#, "may only have letters, digits, hyphens and dots"),
        (#"{"name":"-a.example"}"#, "has a label that starts or ends with a hyphen"),
    ])
    func `names that nobody can own are refused`(body: String, message: String?) async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.post, "@/domains", body)
            #expect(answer.status == 400)
            #expect(answer.text.hasPrefix(#"{"message":"Validation failed","errors":{"name":[""#))
            if let message {
                #expect(answer.text == #"{"message":"Validation failed","errors":{"name":["\#(message)"]}}"#)
            }
        }
    }

    @Test func `an international name is kept in ASCII and shown in both forms`() async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.makeDomain("BÜCHER.example")
            #expect(answer.status == 201)
            #expect(answer.text.contains(#""name":"xn--bcher-kva.example","unicode_name":"bücher.example""#))
        }
    }

    @Test(arguments: ["b%C3%BCcher.example", "B%C3%9CCHER%E3%80%82Example.", "XN--BCHER-KVA.example"])
    func `an international name may be written in its letters wherever a name stands`(name: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("bücher.example")
            try await api.makeDomain("example.com")
            #expect(try await api.call(.get, "@/domains/\(name)").status == 200)
            #expect(try await api.call(.get, "@/zones/\(name)").status == 200)
            let made = try await api.call(
                .post,
                "@/zones/\(name)/records",
                #"{"name":"käse","type":"A","content":"192.0.2.1"}"#
            )
            #expect(made.status == 201)
            #expect(made.text.contains(#""zone_id":"xn--bcher-kva.example","parent_id":null,"name":"xn--kse-qla""#))
            for owner in ["k%C3%A4se", "K%C3%84SE", "xn--kse-qla", "k%C3%A4se.\(name)."] where !owner.hasSuffix("..") {
                #expect(try await api.call(.get, "@/zones/\(name)/records?name=\(owner)").ids == made.ids, "\(owner)")
            }
            for list in ["domains", "zones"] {
                let answer = try await api.call(.get, "@/\(list)?name_like=B%C3%9CCH")
                #expect(answer.text.contains(#""name":"xn--bcher-kva.example""#))
                #expect(answer.text.hasSuffix(#""total_entries":1,"total_pages":1}}"#))
            }
            #expect(try await api.call(.delete, "@/domains/\(name)").status == 204)
        }
    }

    @Test func `a token for one zone is good for it in letters, and for no other`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("bücher.example")
            try await api.makeDomain("example.com")
            let scope = try #require(TokenScope("zones:bücher.example:read"))
            let made = try await TokenStore(pool: api.pool).create(
                TokenDraft(name: "one zone", grant: TokenGrant(scopes: [scope])),
                owner: .account(api.account.id)
            )
            let token = TestAPI.Credentials.token(made.secret.text.reveal())
            for name in ["b%C3%BCcher.example", "xn--bcher-kva.example"] {
                #expect(try await api.call(.get, "@/zones/\(name)", as: token).status == 200)
            }
            #expect(try await api.call(.get, "@/zones/example.com", as: token).status == 403)
        }
    }

    @Test func `a reverse zone is listed as a zone only`() async throws {
        try await TestAPI.run { api async throws in
            for name in ["2.0.192.in-addr.arpa", "8.b.d.0.1.0.0.2.ip6.arpa", "example.com"] {
                #expect(try await api.makeDomain(name).status == 201)
            }
            let domains = try await api.call(.get, "@/domains")
            #expect(domains.text.matches(of: #/"name":"([^"]*)"/#).map { String($0.output.1) } == ["example.com"])
            #expect(domains.text.hasSuffix(#""total_entries":1,"total_pages":1}}"#))
            let zones = try await api.call(.get, "@/zones")
            #expect(zones.text.hasSuffix(#""total_entries":3,"total_pages":1}}"#))
            #expect(zones.text.matches(of: #/"reverse":true/#).count == 2)
            #expect(try await api.call(.delete, "@/domains/2.0.192.in-addr.arpa").status == 204)
        }
    }

    @Test func `a domain belongs to one account`() async throws {
        try await TestAPI.run { api async throws in
            let other = try await api.otherAccount()
            #expect(try await api.makeDomain("example.com").status == 201)
            let taken = try await api.call(
                .post,
                "\(other.account.id)/domains",
                #"{"name":"example.com"}"#,
                as: .token(other.token)
            )
            #expect(taken.status == 400)
            for path in [
                "domains/example.com", "zones/example.com", "zones/example.com/records", "zones/example.com/file",
            ] {
                let answer = try await api.call(.get, "\(other.account.id)/\(path)", as: .token(other.token))
                #expect(answer.status == 404)
                #expect(answer.text.contains("`example.com` not found"))
            }
            let deleted = try await api.call(
                .delete,
                "\(other.account.id)/domains/example.com",
                as: .token(other.token)
            )
            #expect(deleted.status == 404)
            #expect(try await api.call(.get, "@/domains/example.com").status == 200)
        }
    }

    @Test func `the DNSSEC status tells whether the zone was signed elsewhere`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            func status() async throws -> String {
                let answer = try await api.call(.get, "@/domains/example.com/dnssec")
                #expect(answer.status == 200)
                return answer.normalized
            }
            #expect(
                try await status() == #"{"data":{"enabled":false,"active":false,"created_at":"T","updated_at":"T"}}"#
            )
            try await api.pool.execute("UPDATE app.zone SET presigned_at = now()")
            #expect(
                try await status() == #"{"data":{"enabled":true,"active":true,"created_at":"T","updated_at":"T"}}"#
            )
            let other = try await api.otherAccount()
            let path = "/v2/\(other.account.id)/domains/example.com/dnssec"
            #expect(try await api.call(.get, path, as: .token(other.token)).status == 404)
            #expect(try await api.call(.get, "@/domains/example.org/dnssec").status == 404)
        }
    }
}
