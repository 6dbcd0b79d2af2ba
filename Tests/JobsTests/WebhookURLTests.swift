// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Testing

@Suite struct WebhookURLTests {
    @Test func `Https URLs are read with their port`() throws {
        let url = try #require(WebhookURL("https://hooks.example.com:8443/a?b=c"))
        #expect(url.host == "hooks.example.com")
        #expect(url.port == 8_443)
        #expect(url.isSecure)
        #expect(WebhookURL("https://example.com")?.port == 443)
        #expect(WebhookURL("https://[2001:db8::1]/")?.host == "2001:db8::1")
    }

    @Test(
        arguments: [
            "", "example.com", "/path", "http://example.com/", "ftp://example.com/", "https://", "https:///x",
            "https://user@example.com/", "https://user:pw@example.com/", "https://example.com/#x",
            "https://%31%32%37.0.0.1/", "https://ex%61mple.com/", "https://b\u{fc}cher.example/",
            "https://[fe80::1%25eth0]/",
            "https://exa mple.com/", "https://example.com:99999/",
            "https://example.com/" + String(repeating: "a", count: 2_048),
        ]
    )
    func `Other URLs are refused`(text: String) {
        #expect(WebhookURL(text) == nil)
    }

    @Test func `Plain http needs to be allowed`() {
        #expect(WebhookURL("http://127.0.0.1:8080/", allowsInsecure: true)?.port == 8_080)
    }
}
