// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@Suite struct NameTests {
    @Test func `the root is one zero octet`() {
        #expect(Name.root.wire == [0])
        #expect(Name.root.isRoot)
        #expect(Name.root.labelCount == 0)
        #expect(Name.root.parent == nil)
    }

    @Test func `names keep their case and compare without it`() throws {
        let upper = try name("WWW.Example.COM")
        let lower = try name("www.example.com")
        #expect(upper == lower)
        #expect(upper.hashValue == lower.hashValue)
        #expect(upper.wire != lower.wire)
        #expect(upper.lowercased().wire == lower.wire)
    }

    @Test func `only ASCII letters fold`() throws {
        for octet in UInt8.min...UInt8.max {
            let isUpper = (0x41...0x5A).contains(octet)
            // Nine octets take both the path of eight at once and that of one.
            let label = Array(repeating: octet, count: 9)
            let folded = Array(repeating: isUpper ? octet + 32 : octet, count: 9)
            let changed = Array(repeating: octet ^ 0x20, count: 9)
            let this = try Name(labels: [label])
            #expect(this.lowercased().wire.dropFirst() == (folded + [0])[...])
            #expect((this == (try Name(labels: [changed]))) == (isUpper || (0x61...0x7A).contains(octet)))
        }
    }

    @Test func `a label may hold a dot and a zero octet`() throws {
        let odd = try Name(labels: [[0x61, 0x2E, 0x62], [0]])
        #expect(odd.labelCount == 2)
        #expect(odd.wire == [3, 0x61, 0x2E, 0x62, 1, 0, 0])
        #expect(odd != (try Name(labels: [[0x61], [0x62], [0]])))
    }

    @Test func `labels of 63 octets are allowed and of 64 are not`() throws {
        #expect(try Name(labels: [Array(repeating: 0x61, count: 63)]).wire.count == 65)
        #expect(throws: WireError.badLabelLength) { try Name(labels: [Array(repeating: UInt8(0x61), count: 64)]) }
        #expect(throws: WireError.badLabelLength) { try Name(labels: [[UInt8]()]) }
    }

    @Test func `names of 255 octets are allowed and of 256 are not`() throws {
        let long = Array(repeating: Array(repeating: UInt8(0x61), count: 63), count: 3)
        let longest = try Name(labels: long + [Array(repeating: 0x62, count: 61)])
        #expect(longest.wire.count == 255)
        #expect(throws: WireError.nameTooLong) { try Name(labels: long + [Array(repeating: UInt8(0x62), count: 62)]) }
        #expect(try Name(wire: longest.wire) == longest)
        #expect(throws: WireError.nameTooLong) {
            try Name(wire: (long + [Array(repeating: 0x62, count: 62)]).flatMap { [UInt8($0.count)] + $0 } + [0])
        }
    }

    @Test func `a name has at most 127 labels`() throws {
        let labels = Array(repeating: [UInt8(0x61)], count: 127)
        let deepest = try Name(labels: labels)
        #expect(deepest.labelCount == 127)
        #expect(deepest.wire.count == 255)
        #expect(deepest.labels.count == 127)
        #expect(deepest.labelOffsets.count == 127)
        #expect(throws: WireError.nameTooLong) { try Name(labels: labels + [[0x61]]) }
    }

    @Test(
        arguments: [
            ([], WireError.truncated), ([1], .truncated), ([1, 0x61], .truncated), ([0, 0], .trailingOctets),
            ([0x40, 0], .badLabelType), ([0x80, 0], .badLabelType), ([0xC0, 0], .pointerNotAllowed),
        ] as [([UInt8], WireError)]
    ) func `a malformed wire form is refused`(wire: [UInt8], error: WireError) {
        #expect(throws: error) { try Name(wire: wire) }
    }

    @Test func `a subdomain ends at a label boundary`() throws {
        let zone = try name("b.example")
        #expect(try name("a.B.example").isSubdomain(of: zone))
        #expect(zone.isSubdomain(of: zone))
        #expect(zone.isSubdomain(of: .root))
        #expect(try !name("ab.example").isSubdomain(of: zone))
        #expect(try !name("example").isSubdomain(of: zone))
        // The octets of the ancestor stand at the end, but inside of a label.
        let inside = try Name(labels: [[0x78, 1, 0x62, 7] + Array("example".utf8)])
        #expect(!inside.isSubdomain(of: zone))
        #expect(try name("x.y.b.example").prefixLength(before: zone) == 4)
    }

    @Test func `parents and joints fit together`() throws {
        let host = try name("www.example")
        #expect(host.parent == (try name("example")))
        #expect(host.parent?.parent == .root)
        #expect(try name("www").concatenating(name("example")) == host)
        #expect(try name("example").prepending(Array("www".utf8)) == host)
        #expect(try Name.root.concatenating(host) == host)
        #expect(try name("*.example").isWildcard)
        #expect(try !name("a*.example").isWildcard)
        let long = try Name(labels: Array(repeating: [UInt8(0x61)], count: 64))
        #expect(throws: WireError.nameTooLong) { try long.concatenating(long) }
    }
}
