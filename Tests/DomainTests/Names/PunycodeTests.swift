// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Domain

@Suite("Punycode")
struct PunycodeTests {
    /// From RFC 3492 section 7.1.
    static let samples: [(String, String)] = [
        ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
        ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
        ("他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"),
        ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
        ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
        ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
        ("安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"),
        ("-> $1.00 <-", "-> $1.00 <--"),
    ]

    @Test("The RFC's samples go both ways", arguments: samples)
    func vectors(unicode: String, ascii: String) throws {
        let encoded = try #require(Punycode.encode(unicode.unicodeScalars))
        #expect(String(decoding: encoded, as: UTF8.self).lowercased() == ascii.lowercased())
        let decoded = try #require(Punycode.decode(Array(ascii.utf8)))
        #expect(String(String.UnicodeScalarView(decoded)) == unicode)
    }

    @Test("What is no Punycode is refused", arguments: ["99999999", "a-b-!", "é", "zzzzzzzzzzzzzz", "b"])
    func refused(text: String) {
        #expect(Punycode.decode(Array(text.utf8)) == nil)
    }

    @Test("Random texts come back as they were")
    func roundTrips() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 1...20, using: &random)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0x61...0x2FFF, using: &random))
            }
            #expect(Punycode.encode(scalars).flatMap(Punycode.decode) == scalars)
        }
    }
}
