// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import ResponderEngine

/// The number by which answers are found again.
@Suite struct QuestionHashTests {
    /// A query for a name of these labels, with or without an OPT record.
    private func query(_ labels: [String], type: UInt16 = 1, payload: UInt16? = nil) -> [UInt8] {
        var octets: [UInt8] = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, payload == nil ? 0 : 1]
        for label in labels { octets += [UInt8(label.utf8.count)] + label.utf8 }
        octets += [0, UInt8(type >> 8), UInt8(type & 255), 0, 1]
        if let payload { octets += [0, 0, 41, UInt8(payload >> 8), UInt8(payload & 255), 0, 0, 0, 0, 0, 0] }
        return octets
    }

    private func hash(_ octets: [UInt8], seed: UInt64 = 7) -> UInt64 {
        unsafe octets.withUnsafeBytes { unsafe QuestionHash.of($0, seed: seed) }
    }

    @Test(
        "letters of both cases are one",
        arguments: [
            [], ["a"], ["abc", "de"], ["example", "com"], ["a-rather-long-label-of-a-name", "example", "org"],
        ]
    )
    func cases(_ labels: [String]) {
        let lower = hash(query(labels))
        #expect(lower == hash(query(labels.map { $0.uppercased() })))
        #expect(lower != QuestionHash.none)
        #expect(lower != hash(query(labels), seed: 8))
    }

    @Test("name, type and what the OPT record says make the difference")
    func differences() {
        let names = [
            [], ["a"], ["b"], ["a", "b"], ["b", "a"], ["abcdefg"], ["abcdefgh"], ["abcdefghi"], ["xbcdefghi"],
        ]
        var hashes: [UInt64] = []
        for name in names {
            for type in [1, 33, 28, 257] as [UInt16] {
                hashes.append(hash(query(name, type: type)))
                hashes.append(hash(query(name, type: type, payload: 1232)))
                hashes.append(hash(query(name, type: type, payload: 4096)))
            }
        }
        #expect(Set(hashes).count == hashes.count)
    }

    @Test("a message that ends too early has none, wherever it ends")
    func cutShort() {
        let whole = query(["www", "example", "com"])
        for length in 0..<whole.count {
            #expect(hash(Array(whole.prefix(length))) == QuestionHash.none)
        }
        // A pointer is no name to look for.
        #expect(hash(Array(whole.prefix(12)) + [0xC0, 12, 0, 1, 0, 1]) == QuestionHash.none)
    }
}
