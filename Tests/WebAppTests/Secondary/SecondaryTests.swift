// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Postgres
import Testing

@testable import WebApp

@Suite struct SecondaryTests {
    private static let path = "@/secondary_dns/primaries"
    private static let body = #"{"name":"Hidden","ip":"192.0.2.53","port":5353}"#

    @Test func `a primary server is made, shown, linked, unlinked and deleted`() async throws {
        try await TestAPI.run { api async throws in
            _ = try await api.call(.post, "@/webhooks", #"{"url":"https://hook.example/"}"#)
            let made = try await api.call(.post, Self.path, Self.body)
            #expect(made.status == 201)
            #expect(
                made.normalized == """
                    {"data":{"id":#,"account_id":#,"name":"Hidden","ip":"192.0.2.53","port":5353,\
                    "linked_secondary_zones":[],"created_at":"T","updated_at":"T"}}
                    """
            )
            let id = try #require(made.id)
            #expect(try await api.call(.get, "\(Self.path)/\(id)").text == made.text)
            let zone = try await api.call(.post, "@/secondary_dns/zones", #"{"name":"second.example"}"#)
            #expect(zone.status == 201)
            #expect(
                zone.normalized == """
                    {"data":{"id":#,"account_id":#,"name":"second.example","reverse":false,"secondary":true,\
                    "last_transferred_at":null,"active":true,"created_at":"T","updated_at":"T"}}
                    """
            )
            for name in ["second.example", "SECOND.example."] {
                let linked = try await api.call(.put, "\(Self.path)/\(id)/link", #"{"zone":"\#(name)"}"#)
                #expect(linked.status == 200)
                #expect(linked.text.contains(#""linked_secondary_zones":["second.example"]"#))
            }
            let unlinked = try await api.call(.put, "\(Self.path)/\(id)/unlink", #"{"zone":"second.example"}"#)
            #expect(unlinked.status == 200)
            #expect(unlinked.text.contains(#""linked_secondary_zones":[]"#))
            #expect(try await api.call(.delete, "\(Self.path)/\(id)").status == 204)
            #expect(
                try await api.call(.get, "\(Self.path)/\(id)").text
                    == #"{"message":"Primary server `\#(id)` not found"}"#
            )
            // The second link changed nothing.
            let jobs = try await api.jobs()
            #expect(
                jobs.map(\.name) == [
                    "webhook.create", "secondary_dns.create", "domain.create", "zone.create", "secondary_dns.update",
                    "secondary_dns.update", "secondary_dns.delete",
                ]
            )
            #expect(jobs.last?.body.hasPrefix(#"{"data":{"configuration":{"id":\#(id),"#) == true)
        }
    }

    @Test func `primary servers are sorted and paged`() async throws {
        try await TestAPI.run { api async throws in
            for name in ["c", "a", "b"] {
                _ = try await api.call(.post, Self.path, #"{"name":"\#(name)","ip":"2001:DB8::1"}"#)
            }
            func names(_ query: String) async throws -> String {
                try await api.call(.get, "\(Self.path)?\(query)").text.matches(of: #/"name":"(\w)"/#)
                    .map { String($0.output.1) }.joined()
            }
            #expect(try await names("") == "cab")
            #expect(try await names("sort=name") == "abc")
            #expect(try await names("sort=id:desc&per_page=2&page=2") == "c")
            let one = try await api.call(.get, "\(Self.path)?per_page=1")
            #expect(one.text.contains(#""ip":"2001:db8::1","port":53,"#))
            #expect(one.text.contains(#""total_entries":3,"total_pages":3"#))
        }
    }

    @Test(arguments: [
        (#"{}"#, #""name":["can't be blank"],"ip":["can't be blank"]"#),
        (#"{"name":"x","ip":"192.0.2.256"}"#, #""ip":["is not a valid IP address"]"#),
        (#"{"name":"x","ip":"host.example"}"#, #""ip":["is not a valid IP address"]"#),
        (#"{"name":"x","ip":"192.0.2.1","port":0}"#, #""port":["must be greater than or equal to 1"]"#),
        (#"{"name":"x","ip":"192.0.2.1","port":65536}"#, #""port":["must be less than or equal to 65535"]"#),
        (#"{"name":"x","ip":"192.0.2.1","port":"dns"}"#, #""port":["is not a number"]"#),
    ])
    func `bad fields are named`(body: String, errors: String) async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.post, Self.path, body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":{\#(errors)}}"#)
        }
    }

    @Test func `only secondary zones of the account are linked`() async throws {
        try await TestAPI.run { api async throws in
            let id = try #require(try await api.call(.post, Self.path, Self.body).id)
            try await api.makeDomain("own.example")
            for (body, status, text) in [
                (#"{"zone":"own.example"}"#, 400, #""errors":{"zone":["is not a secondary zone"]}"#),
                (#"{}"#, 400, #""errors":{"zone":["can't be blank"]}"#),
                (#"{"zone":"none.example"}"#, 404, "Zone `none.example` not found"),
            ] {
                for verb in ["link", "unlink"] {
                    let answer = try await api.call(.put, "\(Self.path)/\(id)/\(verb)", body)
                    #expect(answer.status == status)
                    #expect(answer.text.contains(text))
                }
            }
        }
    }

    @Test func `a secondary zone has no records of ours, takes none, and goes with its domain`() async throws {
        try await TestAPI.run { api async throws in
            let path = "@/zones/second.example"
            #expect(try await api.call(.post, "@/secondary_dns/zones", #"{"name":"second.example"}"#).status == 201)
            #expect(try await api.call(.get, "\(path)/records").text.hasPrefix(#"{"data":[]"#))
            let body = #"{"name":"www","type":"A","content":"192.0.2.1"}"#
            for (path, body) in [("\(path)/records", body), ("\(path)/batch", #"{"creates":[\#(body)]}"#)] {
                let answer = try await api.call(.post, path, body)
                #expect(answer.status == 400)
                #expect(answer.text.contains("Records of a secondary zone cannot be changed here"))
            }
            _ = try await api.call(.post, "@/templates", #"{"name":"x","sid":"x"}"#)
            _ = try await api.call(.post, "@/templates/x/records", body)
            #expect(try await api.call(.post, "@/domains/second.example/templates/x").status == 400)
            #expect(try await api.call(.post, "@/domains/second.example/services/shopify").status == 400)
            let outbox = try await api.pool.query("SELECT op::text FROM distribution.outbox")
            #expect(try outbox.map { try $0.decode(0) as String } == ["D"])
            #expect(try await api.call(.delete, "@/domains/second.example").status == 204)
            #expect(try await api.call(.get, path).status == 404)
        }
    }

    @Test(arguments: [
        (#"{}"#, "can't be blank"), (#"{"name":"taken.example"}"#, "has already been taken"),
        (#"{"name":"com"}"#, "is not a name that a customer can own"),
    ])
    func `a secondary zone's name follows the rules of domains`(body: String, message: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("taken.example")
            let answer = try await api.call(.post, "@/secondary_dns/zones", body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":{"name":["\#(message)"]}}"#)
        }
    }

    @Test(arguments: ["domains", "secondary_dns/zones"])
    func `a name below a zone of another account needs the word of its owner`(path: String) async throws {
        try await TestAPI.run { api async throws in
            let other = try await api.otherAccount()
            let owner = TestAPI.Credentials.token(other.token)
            let zones = "\(other.account.id)/zones/foreign.example"
            _ = try await api.call(.post, "\(other.account.id)/domains", #"{"name":"foreign.example"}"#, as: owner)
            let refused = try await api.call(.post, "@/\(path)", #"{"name":"sub.foreign.example"}"#)
            #expect(refused.status == 406)
            let content = "account=\(api.account.id) zone=sub.foreign.example"
            #expect(
                refused.text == #"""
                    {"message":"Zone ownership verification required: foreign.example belongs to another account, which \#
                    can allow this with a TXT record _zonewright.foreign.example that says \"\#(content)\""}
                    """#
            )
            let record = #"{"name":"_zonewright","type":"TXT","content":"\#(content)"}"#
            #expect(try await api.call(.post, "\(zones)/records", record, as: owner).status == 201)
            #expect(try await api.call(.post, "@/\(path)", #"{"name":"sub.foreign.example"}"#).status == 201)
        }
    }

    @Test func `primary servers are their account's, and a read-only token changes nothing`() async throws {
        try await TestAPI.run { api async throws in
            let id = try #require(try await api.call(.post, Self.path, Self.body).id)
            _ = try await api.call(.post, "@/secondary_dns/zones", #"{"name":"second.example"}"#)
            let other = try await api.otherAccount()
            let theirs = TestAPI.Credentials.token(other.token)
            let base = "\(other.account.id)/secondary_dns/primaries"
            for (method, path) in [
                (HTTPRequest.Method.get, "\(base)/\(id)"), (.delete, "\(base)/\(id)"), (.put, "\(base)/\(id)/link"),
                (.put, "\(base)/\(id)/unlink"),
            ] {
                let answer = try await api.call(method, path, #"{"zone":"second.example"}"#, as: theirs)
                #expect(answer.text == #"{"message":"Primary server `\#(id)` not found"}"#)
            }
            let own = try #require(try await api.call(.post, base, Self.body, as: theirs).id)
            let foreign = try await api.call(.put, "\(base)/\(own)/link", #"{"zone":"second.example"}"#, as: theirs)
            #expect(foreign.text == #"{"message":"Zone `second.example` not found"}"#)
            let reader = TestAPI.Credentials.token(try await api.readOnlyToken())
            #expect(try await api.call(.get, Self.path, as: reader).status == 200)
            for (method, path) in [
                (HTTPRequest.Method.post, Self.path), (.delete, "\(Self.path)/\(id)"),
                (.put, "\(Self.path)/\(id)/link"),
                (.post, "@/secondary_dns/zones"),
            ] {
                let answer = try await api.call(method, path, Self.body, as: reader)
                #expect(answer.status == 403)
                #expect(answer.text.contains("secondary_dns:*:write"))
            }
        }
    }
}
