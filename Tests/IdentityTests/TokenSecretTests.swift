// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Identity

@Suite("Texts of API tokens")
struct TokenSecretTests {
    @Test("A new token has prefix, random digits and checksum, and is recognised again")
    func form() throws {
        let token = TokenSecret()
        let text = token.text.reveal()
        #expect(text.hasPrefix("zw_a_"))
        #expect(text.utf8.count == 41)
        #expect(text.dropFirst(5).utf8.allSatisfy(Base62.isDigit))
        let parsed = try #require(TokenSecret(text))
        #expect(parsed.hash == token.hash)
    }

    @Test("No two tokens are alike")
    func chance() {
        let texts = Set((0..<1_000).map { _ in TokenSecret().text.reveal() })
        #expect(texts.count == 1_000)
    }

    @Test("Any one wrong character is found without a look-up")
    func mistyped() {
        let text = Array(TokenSecret().text.reveal().utf8)
        for index in text.indices {
            var other = text
            other[index] = other[index] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
            #expect(TokenSecret(String(decoding: other, as: UTF8.self)) == nil)
        }
    }

    @Test("What is no token is none", arguments: ["", "zw_a_", "zw_a_é", String(repeating: "a", count: 41)])
    func others(text: String) {
        #expect(TokenSecret(text) == nil)
    }

    @Test("A token's text stays out of descriptions and dumps")
    func secrecy() {
        let token = TokenSecret()
        let text = token.text.reveal()
        var dumped = ""
        dump(token, to: &dumped)
        for description in ["\(token)", String(reflecting: token), "\(token.text)", dumped] {
            #expect(!description.contains(text.dropFirst(5)))
        }
        #expect("\(token.text)" == "***")
    }
}
