// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import WebApp

@Suite struct ClientAddressTests {
    @Test func `addresses are normal texts, mapped ones IPv4`() {
        #expect(ClientAddress("192.0.2.1")?.text == "192.0.2.1")
        #expect(ClientAddress("2001:DB8:0:0::1")?.text == "2001:db8::1")
        #expect(ClientAddress("::ffff:192.0.2.1")?.text == "192.0.2.1")
        #expect(ClientAddress("[2001:db8::1]")?.text == "2001:db8::1")
        #expect(ClientAddress("unknown") == nil)
        #expect(ClientAddress("192.0.2.1:80") == nil)
        #expect(ClientAddress("") == nil)
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8::1", "2001:db8:0:0::/64"),
        ("::1", "0:0:0:0::/64"), ("2001:db8:1:2::", "2001:db8:1:2::/64"), ("1::2:3:4:5:6:7", "1:0:2:3::/64"),
    ])
    func `an IPv6 network counts as one client`(address: String, key: String) {
        #expect(ClientAddress(address)?.rateLimitKey == key)
    }

    @Test(
        arguments: [
            (nil, "198.51.100.9", nil),
            ("192.0.2.1", nil, "192.0.2.1"),
            ("192.0.2.1", "198.51.100.9", "192.0.2.1"),
            ("127.0.0.1", nil, "127.0.0.1"),
            ("127.0.0.1", "198.51.100.9", "198.51.100.9"),
            ("127.0.0.1", "203.0.113.1, 198.51.100.9", "198.51.100.9"),
            ("127.0.0.1", "203.0.113.1, 198.51.100.9 , 10.0.0.1", "198.51.100.9"),
            ("127.0.0.1", "203.0.113.1, nonsense, 10.0.0.1", "10.0.0.1"),
            ("127.0.0.1", "10.0.0.1, 10.0.0.1", "10.0.0.1"),
        ] as [(String?, String?, String?)]
    )
    func `only trusted proxies are believed`(peer: String?, forwarded: String?, client: String?) throws {
        let proxies = try #require(TrustedProxies(["127.0.0.1", "10.0.0.1"]))
        #expect(proxies.client(peer: peer, forwarded: forwarded)?.text == client)
        #expect(TrustedProxies.none.client(peer: peer, forwarded: forwarded)?.text == peer)
    }

    @Test func `a list with something else than addresses is refused`() {
        #expect(TrustedProxies(["127.0.0.1", "proxy.example"]) == nil)
    }
}
