// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing
import ZoneStore

/// Keys and the names that are read back from them.
@Suite struct OwnerKeyTests {
    private func key(_ name: Name, below apex: Name = .root) -> [UInt8] {
        var key: [UInt8] = []
        OwnerKey.append(name, droppingLast: apex.labelCount, to: &key)
        return key
    }

    @Test("A name comes back from its key, whatever octets it has", arguments: UInt8.min...UInt8.max)
    func everyOctet(octet: UInt8) throws {
        let apex = try Name(labels: [[0x65], [octet, 1]])
        let name = try Name(labels: [[octet], [0x61, octet, 0, 1, 2, octet]]).concatenating(apex)
        #expect(OwnerKey.name(of: key(name)) == name)
        #expect(OwnerKey.name(of: key(name, below: apex), below: apex) == name)
        #expect(OwnerKey.name(of: key(apex, below: apex), below: apex) == apex)
    }

    @Test("The longest names come back")
    func longest() throws {
        let label = [UInt8](repeating: 0, count: 63)
        let long = try Name(labels: [label, label, label, Array(label.prefix(61))])
        #expect(long.wire.count == 255)
        #expect(OwnerKey.name(of: key(long)) == long)
        let many = try Name(labels: Array(repeating: [0x61], count: 127))
        #expect(many.wire.count == 255)
        #expect(OwnerKey.name(of: key(many)) == many)
        let apex = try #require(many.parent)
        #expect(OwnerKey.name(of: key(many, below: apex), below: apex) == many)
    }

    @Test(
        "A damaged key has no name",
        arguments: [
            [0x61], [0], [0x61, 0, 0], [1], [1, 3, 0], [1, 0], [0x61, 1],
            Array(repeating: 0x61, count: 64) + [0], Array(repeating: [0x61, 0], count: 128).flatMap { $0 },
            Array(repeating: Array(repeating: 0x61, count: 63) + [0], count: 4).flatMap { $0 },
            Array(repeating: 0x61, count: 506),
        ] as [[UInt8]]
    )
    func damaged(key: [UInt8]) {
        #expect(OwnerKey.name(of: key) == nil)
    }

    @Test("A name that would be too long below its apex has none")
    func tooLong() throws {
        let apex = try Name(labels: Array(repeating: [UInt8](repeating: 0x61, count: 62), count: 4))
        #expect(OwnerKey.name(of: [0x61, 0], below: apex)?.wire.count == 255)
        #expect(OwnerKey.name(of: [0x61, 0x61, 0], below: apex) == nil)
    }
}
