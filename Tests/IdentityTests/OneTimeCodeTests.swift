// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Identity

@Suite struct OneTimeCodeTests {
    private static let rfc = OneTimeCode(secret: Array("12345678901234567890".utf8))

    /// RFC 6238 appendix B, the last six of the eight digits.
    @Test(
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(Int64, String)]
    )
    func `codes are those of the RFC`(time: Int64, code: String) {
        #expect(Self.rfc.code(step: time / 30) == code)
        #expect(Self.rfc.step(of: code, now: time, after: 0) == time / 30)
    }

    @Test func `a code is good one step early or late, and once`() {
        let code = Self.rfc.code(step: 100)
        for now in [99 * 30, 100 * 30, 101 * 30 + 29] as [Int64] {
            #expect(Self.rfc.step(of: code, now: now, after: 99) == 100)
            #expect(Self.rfc.step(of: code, now: now, after: 100) == nil)
        }
        #expect(Self.rfc.step(of: code, now: 102 * 30, after: 0) == nil)
        #expect(Self.rfc.step(of: code, now: 98 * 30, after: 0) == nil)
        #expect(Self.rfc.step(of: "", now: 3_000, after: 0) == nil)
        #expect(Self.rfc.step(of: code + "0", now: 3_000, after: 0) == nil)
    }

    /// One wrong digit anywhere, and many codes of chance: a comparison that lets some through would show.
    @Test func `no other code is good`() {
        let now: Int64 = 3_000
        let good = Set([99, 100, 101].map { Self.rfc.code(step: $0) })
        var others: Set<String> = []
        for place in 0..<6 {
            for digit in "0123456789" {
                var code = Array(Self.rfc.code(step: 100))
                code[place] = digit
                others.insert(String(code))
            }
        }
        for number in stride(from: 0, to: 1_000_000, by: 199) {
            others.insert(String(String(1_000_000 + number).dropFirst()))
        }
        for code in others.subtracting(good) {
            #expect(Self.rfc.step(of: code, now: now, after: 0) == nil)
        }
    }

    @Test func `octets are equal only when all are`() {
        for left in UInt8.min ... .max {
            for right in UInt8.min ... .max {
                #expect(ConstantTime.areEqual([7, left], [7, right]) == (left == right))
                #expect(ConstantTime.areEqual([left, 7], [right, 7]) == (left == right))
            }
        }
        #expect(!ConstantTime.areEqual([1], [1, 0]) && ConstantTime.areEqual([], []))
    }

    @Test func `authenticators get the secret in base 32`() {
        #expect(Self.rfc.text.reveal() == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(
            Self.rfc.uri(email: "a+b@x.example").reveal()
                == "otpauth://totp/Zonewright:a%2Bb@x.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Zonewright"
        )
        #expect(OneTimeCode().text.reveal() != OneTimeCode().text.reveal())
    }

    /// RFC 4648 section 10, without the padding.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI"),
    ])
    func `base 32 is that of the RFC`(text: String, encoded: String) {
        #expect(Base32.encode(Array(text.utf8)) == encoded)
    }

    @Test func `a recovery code is known again however it is typed`() throws {
        let code = RecoveryCode()
        let text = code.text.reveal()
        #expect(text.utf8.count == 19)
        #expect(RecoveryCode(text)?.hash == code.hash)
        #expect(RecoveryCode(text.lowercased().replacing("-", with: " "))?.hash == code.hash)
        #expect(RecoveryCode("123456") == nil)
        #expect(RecoveryCode(RecoveryCode().text.reveal())?.hash != code.hash)
    }

    @Test func `what is sealed opens for its owner only`() throws {
        let key = try #require(SealingKey(hexadecimal: String(repeating: "0f", count: 32)))
        let other = try #require(SealingKey(hexadecimal: String(repeating: "f0", count: 32)))
        let sealed = try key.seal([1, 2, 3], for: "person:1")
        #expect(try key.open(sealed, for: "person:1") == [1, 2, 3])
        #expect(throws: (any Error).self) { try key.open(sealed, for: "person:2") }
        #expect(throws: (any Error).self) { try other.open(sealed, for: "person:1") }
        #expect(throws: (any Error).self) { try key.open(Array(sealed.dropLast()), for: "person:1") }
        #expect(try key.seal([1, 2, 3], for: "person:1") != sealed)
        for text in ["", "0f", String(repeating: "g", count: 64), String(repeating: "０", count: 64)] {
            #expect(SealingKey(hexadecimal: text) == nil)
        }
    }
}
