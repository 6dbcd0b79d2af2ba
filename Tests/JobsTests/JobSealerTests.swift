// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Testing

@Suite struct JobSealerTests {
    private static let one = String(repeating: "01", count: 32)
    private static let two = String(repeating: "ab", count: 32)

    @Test func `What is sealed opens for its kind only`() throws {
        let sealer = try #require(JobSealer(keys: "k1:\(Self.one)"))
        let text = Array(#"{"password":"x"}"#.utf8)
        let sealed = try sealer.seal(text, kind: "a.b")
        #expect(try sealer.open(sealed, kind: "a.b") == text)
        #expect(throws: JobSealingError.damaged) { try sealer.open(sealed, kind: "a.c") }
        #expect(try sealer.seal(text, kind: "a.b") != sealed)
        #expect(JobSealer.identifier(of: sealed) == "k1")
    }

    @Test func `After a rotation the old key still opens, and the new one seals`() throws {
        let old = try #require(JobSealer(keys: "k1:\(Self.one)"))
        let new = try #require(JobSealer(keys: "k2:\(Self.two),k1:\(Self.one)"))
        let sealed = try old.seal([1, 2, 3], kind: "a")
        #expect(try new.open(sealed, kind: "a") == [1, 2, 3])
        let renewed = try new.seal([1, 2, 3], kind: "a")
        #expect(JobSealer.identifier(of: renewed) == "k2")
        #expect(throws: JobSealingError.unknownKey("k2")) { try old.open(renewed, kind: "a") }
        // Under the other name it is another key.
        let swapped = try #require(JobSealer(keys: "k1:\(Self.two)"))
        #expect(throws: JobSealingError.damaged) { try swapped.open(sealed, kind: "a") }
    }

    @Test func `Every change of an octet is noticed`() throws {
        let sealer = try #require(JobSealer(keys: "k1:\(Self.one)"))
        let sealed = try sealer.seal(Array("secret".utf8), kind: "a")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: JobSealingError.self) { try sealer.open(changed, kind: "a") }
            #expect(throws: JobSealingError.self) { try sealer.open(Array(sealed[..<index]), kind: "a") }
        }
    }

    @Test(arguments: [
        "", "k1", "k1:", "k1:00", ":\(one)", "k 1:\(one)", "k1:\(one):", "k1:\(one),k1:\(two)", "k1:\(one)g",
    ])
    func `What holds no keys is refused`(_ text: String) {
        #expect(JobSealer(keys: text) == nil)
    }
}
