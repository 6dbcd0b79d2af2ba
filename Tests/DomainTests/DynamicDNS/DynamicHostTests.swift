// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Domain

@Suite struct DynamicHostTests {
    @Test(arguments: [
        ("home.example.com", "home.example.com"), ("Home.Example.COM.", "home.example.com"),
        ("example.com", "example.com"), ("*.dyn.example.com", "*.dyn.example.com"),
        ("_srv.example.com", "_srv.example.com"), ("bücher.example", "xn--bcher-kva.example"),
    ])
    func `full names are taken`(text: String, name: String) {
        #expect(DynamicHost(text)?.text == name)
    }

    @Test(arguments: [
        "", ".", "router", "router.", "a..example", ".example.com", "a b.example", "a.*.example", "x\u{0}.example",
        String(repeating: "a", count: 64) + ".example", (0..<130).map { _ in "a" }.joined(separator: "."),
    ])
    func `all else is none`(text: String) {
        #expect(DynamicHost(text) == nil)
    }

    @Test func `its zone may be any of its ends, the longest first`() throws {
        let host = try #require(DynamicHost("a.b.example.com"))
        #expect(host.zoneNames == ["a.b.example.com", "b.example.com", "example.com"])
        #expect(host.owner(in: "example.com") == "a.b")
        #expect(host.owner(in: "b.example.com") == "a")
        #expect(host.owner(in: "a.b.example.com") == "")
    }

    @Test func `answers name the addresses where there are some`() {
        let addresses = DynamicAddresses(ipv4: "192.0.2.1", ipv6: "2001:db8::1")
        #expect(DynamicAnswer.good.line(addresses) == "good 192.0.2.1,2001:db8::1")
        #expect(DynamicAnswer.unchanged.line(DynamicAddresses(ipv6: "2001:db8::1")) == "nochg 2001:db8::1")
        #expect(DynamicAnswer.noHost.line(addresses) == "nohost")
        #expect(addresses.records.map(\.type) == ["A", "AAAA"])
    }
}
