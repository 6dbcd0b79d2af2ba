// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Postgres
import Testing

@testable import WebApp

@Suite struct VanityTests {
    private static let policy: ZonePolicy = {
        var policy = ZonePolicy(
            nameServers: ["ns1.host.example", "ns2.host.example"],
            mailbox: "hostmaster.host.example"
        )
        policy.hostAddresses = [
            "ns1.host.example": HostAddresses(ipv4: "192.0.2.1", ipv6: "2001:db8::1"),
            "ns2.host.example": HostAddresses(ipv4: "192.0.2.2"),
        ]
        return policy
    }()

    @Test func `a domain gets name servers of its own, with addresses, and gives them back`() async throws {
        try await TestAPI.run(policy: Self.policy) { api async throws in
            try await api.makeDomain("example.com")
            let enabled = try await api.call(.put, "@/vanity/example.com")
            #expect(enabled.status == 200)
            #expect(
                enabled.normalized == """
                    {"data":[{"id":#,"name":"ns1.example.com","ipv4":"192.0.2.1","ipv6":"2001:db8::1",\
                    "created_at":"T","updated_at":"T"},{"id":#,"name":"ns2.example.com","ipv4":"192.0.2.2",\
                    "ipv6":null,"created_at":"T","updated_at":"T"}]}
                    """
            )
            #expect(try await api.records("example.com", "", "NS") == ["ns1.example.com", "ns2.example.com"])
            #expect(try await api.records("example.com", "ns1", "A") == ["192.0.2.1"])
            #expect(try await api.records("example.com", "ns1", "AAAA") == ["2001:db8::1"])
            #expect(try await api.records("example.com", "ns2", "A") == ["192.0.2.2"])
            #expect(try await api.records("example.com", "ns2", "AAAA") == [])
            // Once is enough.
            #expect(try await api.call(.put, "@/vanity/example.com").text == enabled.text)
            #expect(try await api.call(.delete, "@/vanity/example.com").status == 204)
            #expect(try await api.records("example.com", "", "NS") == Self.policy.nameServers)
            #expect(try await api.records("example.com", "ns1", "A") == [])
            #expect(try await api.records("example.com", "ns1", "AAAA") == [])
            #expect(try await api.call(.delete, "@/vanity/example.com").status == 204)
            #expect(try await api.audit() == ["domain.create", "vanity.enable", "vanity.disable"])
        }
    }

    @Test func `the zone's change is published and told to webhooks`() async throws {
        try await TestAPI.run(policy: Self.policy) { api async throws in
            try await api.makeDomain("example.com")
            try await api.makeWebhook()
            _ = try await api.call(.put, "@/vanity/example.com")
            let names = try await api.pool.query(
                "SELECT array_to_string(names, ',') AS names FROM distribution.outbox ORDER BY id DESC LIMIT 1"
            ).first?.decode("names", as: String.self)
            #expect(names == ",ns1,ns2")
            #expect(try await api.webhookBodies("vanity.enable").count == 1)
            #expect(try await api.webhookBodies("zone_record.create").count == 5)
            #expect(try await api.webhookBodies("zone_record.delete").count == 2)
        }
    }

    @Test func `a name that is in other use is left alone`() async throws {
        try await TestAPI.run(policy: Self.policy) { api async throws in
            try await api.makeDomain("example.com")
            let body = #"{"type":"CNAME","name":"ns2","content":"other.example"}"#
            #expect(try await api.call(.post, "@/zones/example.com/records", body).status == 201)
            let answer = try await api.call(.put, "@/vanity/example.com")
            #expect(answer.status == 400)
            #expect(answer.text.contains(#"{"base":["The name ns2 has CNAME records already"]}"#))
            #expect(try await api.records("example.com", "", "NS") == Self.policy.nameServers)
        }
    }

    @Test func `a domain is delegated to vanity name servers of the account only`() async throws {
        try await TestAPI.run(policy: Self.policy) { api async throws in
            try await api.makeDomain("example.com")
            try await api.makeDomain("example.net")
            let path = "@/registrar/domains/example.net/delegation"
            let enabled = try await api.call(.put, "@/vanity/example.com")
            let answer = try await api.call(.put, "\(path)/vanity", #"["ns2.example.com","ns1.example.com"]"#)
            #expect(answer.status == 200)
            #expect(answer.ids == enabled.ids.reversed())
            #expect(try await api.call(.get, path).text == #"{"data":["ns2.example.com","ns1.example.com"]}"#)
            let refused = try await api.call(.put, "\(path)/vanity", #"["ns1.example.net"]"#)
            #expect(refused.status == 400)
            #expect(refused.text.contains("`ns1.example.net` is no vanity name server of the account"))
            #expect(try await api.call(.delete, "\(path)/vanity").status == 204)
            #expect(try await api.call(.get, path).text == #"{"data":["ns1.host.example","ns2.host.example"]}"#)
        }
    }

    @Test func `a platform whose addresses are not configured says so`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.put, "@/vanity/example.com")
            #expect(answer.status == 412)
            #expect(answer.text == #"{"message":"Vanity name servers are not configured on this platform"}"#)
            #expect(try await api.call(.put, "@/vanity/example.net").status == 404)
            #expect(try await api.call(.delete, "@/vanity/example.net").status == 404)
            try await api.expectGuards(.put, "@/vanity/example.com", scope: "domains")
            try await api.expectGuards(.delete, "@/vanity/example.com", scope: "domains")
        }
    }
}
