// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@Suite struct NameOrderTests {
    /// The sorted list of RFC 4034 6.1.
    private let canonical: [[[UInt8]]] =
        [
            ["example"], ["a", "example"], ["yljkjljk", "a", "example"], ["Z", "a", "example"],
            ["zABC", "a", "EXAMPLE"], ["z", "example"],
        ].map { $0.map { Array($0.utf8) } } + [
            [[1], [0x7A], Array("example".utf8)],
            [[0x2A], [0x7A], Array("example".utf8)],
            [[200], [0x7A], Array("example".utf8)],
        ]

    @Test func `names sort as in the example of RFC 4034`() throws {
        let names = try canonical.map { try Name(labels: $0) }
        #expect(names.reversed().sorted().map(\.wire) == names.map(\.wire))
    }

    @Test func `the order is that of equality`() throws {
        let names = try canonical.map { try Name(labels: $0) } + [.root]
        for left in names {
            for right in names {
                #expect((left < right ? 1 : 0) + (right < left ? 1 : 0) + (left == right ? 1 : 0) == 1)
                #expect(left.canonicalOrder(right).signum() == -right.canonicalOrder(left).signum())
            }
        }
    }

    @Test func `a missing octet sorts before a zero one`() throws {
        let short = try Name(labels: [[0x61]])
        let long = try Name(labels: [[0x61, 0]])
        #expect(short < long)
        #expect(Name.root < short)
    }

    @Test func `random names compare as their reversed lower-case labels do`() throws {
        var random = SplitMix64(seed: 4034)
        let octets: [UInt8] = [0, 0x2A, 0x41, 0x42, 0x5A, 0x61, 0x62, 0x7A, 0xFF]
        func make() throws -> Name {
            let labels: [[UInt8]] = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    octets[Int.random(in: octets.indices, using: &random)]
                }
            }
            return try Name(labels: labels)
        }
        for _ in 0..<20_000 {
            let left = try make()
            let right = try make()
            let expected = left.lowercased().labels.reversed().lexicographicallyPrecedes(
                right.lowercased().labels.reversed()
            ) { $0.lexicographicallyPrecedes($1) }
            #expect((left < right) == expected)
        }
    }
}
