// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Testing

@testable import Identity

@Suite struct TokenGrantTests {
    @Test(arguments: [
        "zones:*:read", "zones:example.com:write", "domains:a.example:read", "contacts:*:write", "*:*:read",
    ])
    func `a scope is read and written the same`(text: String) throws {
        #expect(try #require(TokenScope(text)).description == text)
    }

    @Test(arguments: [
        "", "zones", "zones:*", "zones:*:delete", "zones::read", "zone:*:read", "contacts:bob:read",
        "*:example.com:read", "zones:*:read:write", "ZONES:*:read",
    ])
    func `what is no scope is none`(text: String) {
        #expect(TokenScope(text) == nil)
    }

    @Test func `names are compared lower case and without the final dot`() throws {
        let scope = try #require(TokenScope("zones:Example.COM.:write"))
        #expect(scope.allows("zones", "example.com", .write))
        #expect(scope.allows("zones", "example.com", .read))
        #expect(!scope.allows("zones", "www.example.com", .read))
        #expect(!scope.allows("zones", nil, .read))
        #expect(!scope.allows("domains", "example.com", .read))
    }

    @Test func `a read scope does not write, and read access beats a write scope`() throws {
        let read = TokenGrant(scopes: [try #require(TokenScope("zones:*:read"))])
        #expect(read.allows("zones", "a.example", .read))
        #expect(!read.allows("zones", "a.example", .write))
        let write = TokenGrant(access: .read, scopes: [try #require(TokenScope("zones:*:write"))])
        #expect(write.allows("zones", nil, .read))
        #expect(!write.allows("zones", nil, .write))
        #expect(!TokenGrant(scopes: []).allows("zones", "a.example", .read))
    }

    @Test func `lists show the names of scopes`() throws {
        let scopes = try ["zones:a.example:read", "zones:b.example:write", "domains:c.example:read"].map {
            try #require(TokenScope($0))
        }
        let grant = TokenGrant(scopes: scopes)
        #expect(grant.readableNames("zones") == ["a.example", "b.example"])
        #expect(grant.readableNames("contacts") == [])
        #expect(TokenGrant.unlimited.readableNames("zones") == nil)
        let all = TokenGrant(scopes: scopes + [try #require(TokenScope("zones:*:read"))])
        #expect(all.readableNames("zones") == nil)
    }

    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false), ("0.0.0.0/0", "10.1.2.3", true),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("192.0.2.128/25", "192.0.2.127", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::", false),
        ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "192.0.2.1", false), ("192.0.2.1", "::ffff:192.0.2.1", true),
    ])
    func `a token is good in its networks only`(network: String, address: String, isGood: Bool) throws {
        let grant = TokenGrant(networks: [try #require(IPNetwork(network))])
        #expect(grant.permits(address: address) == isGood)
        #expect(!grant.permits(address: nil))
        #expect(TokenGrant.unlimited.permits(address: nil))
    }

    @Test(arguments: [
        "", "a", "192.0.2.1/24", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/024", "/8",
        "192.0.2", "2001:db8::1/64", "::/129", "192.0.2.0/8/8", "fe80::1%eth0",
    ])
    func `what is no network is none`(text: String) {
        #expect(IPNetwork(text) == nil)
    }

    @Test func `a network holds smaller ones and is written as usual`() throws {
        let wide = try #require(IPNetwork("10.0.0.0/8"))
        #expect(wide.contains(try #require(IPNetwork("10.3.0.0/16"))))
        #expect(!wide.contains(try #require(IPNetwork("0.0.0.0/0"))))
        #expect(wide.description == "10.0.0.0/8")
        #expect(IPNetwork("2001:DB8:0::/48")?.description == "2001:db8::/48")
        #expect(IPNetwork("2001:db8::1")?.description == "2001:db8::1")
    }
}
