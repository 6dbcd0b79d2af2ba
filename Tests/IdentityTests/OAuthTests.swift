// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Identity

@Suite struct OAuthTests {
    @Test(arguments: [
        "https://app.example/callback", "https://app.example:8443/cb?x=1", "http://127.0.0.1:8080/cb",
        "http://[::1]/cb", "com.example.app:/cb",
    ])
    func `a redirect URI is taken`(text: String) throws {
        let uri = try #require(RedirectURI(text))
        #expect(uri.matches(uri))
    }

    @Test(arguments: [
        "", "app.example/cb", "http://app.example/cb", "http://localhost/cb", "https:///cb", "https://a@b.example/cb",
        "https://app.example/cb#x", "javascript:alert(1)", "data:text/html,x", "https://app.example/c b",
        "http://127.0.0.1.evil.example/", "http://127.0.0.1:80@evil.example/", "https://app.example:x/", "app:/cb",
    ])
    func `what would lose the code is not`(text: String) {
        #expect(RedirectURI(text) == nil)
    }

    @Test func `only the port of a loopback address may differ`() throws {
        func matches(_ left: String, _ right: String) throws -> Bool {
            try #require(RedirectURI(left)).matches(try #require(RedirectURI(right)))
        }
        #expect(try matches("http://127.0.0.1/cb", "http://127.0.0.1:54321/cb"))
        #expect(try matches("http://[::1]:1/cb", "http://[::1]:2/cb"))
        #expect(try !matches("http://127.0.0.1/cb", "http://127.0.0.1:54321/other"))
        #expect(try !matches("http://127.0.0.1/cb", "http://[::1]/cb"))
        #expect(try !matches("https://app.example/cb", "https://app.example:444/cb"))
        #expect(try !matches("https://app.example/cb", "https://app.example/cb/"))
    }

    @Test func `parameters are added to the query, escaped`() throws {
        let plain = try #require(RedirectURI("https://app.example/cb"))
        #expect(
            plain.appending([("code", "a b&c"), ("state", "é")]) == "https://app.example/cb?code=a%20b%26c&state=%C3%A9"
        )
        let query = try #require(RedirectURI("https://app.example/cb?x=1"))
        #expect(query.appending([("code", "1")]) == "https://app.example/cb?x=1&code=1")
    }

    /// RFC 7636 appendix B.
    @Test func `the challenge is that of the RFC`() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        #expect(ProofKey.challenge(of: verifier) == challenge)
        #expect(ProofKey.isChallenge(challenge))
        #expect(ProofKey.matches(verifier: verifier, challenge: challenge))
        #expect(!ProofKey.matches(verifier: verifier + "x", challenge: challenge))
        #expect(!ProofKey.matches(verifier: "short", challenge: ProofKey.challenge(of: "short")))
        #expect(!ProofKey.isChallenge(challenge + "="))
    }
}
