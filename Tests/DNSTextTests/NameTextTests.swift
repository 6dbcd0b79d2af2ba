// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@Suite struct NameTextTests {
    @Test(
        "A name is read and printed with its escapes",
        arguments: [
            (".", [0], "."),
            ("a.", [1, 0x61, 0], "a."),
            ("\\065.", [1, 0x41, 0], "A."),
            ("a\\.b.c.", [3, 0x61, 0x2E, 0x62, 1, 0x63, 0], "a\\.b.c."),
            ("\\000\\032\\127\\255.", [4, 0, 0x20, 0x7F, 0xFF, 0], "\\000\\032\\127\\255."),
            ("\\@\\$\\;\\\"\\(\\)\\\\.", [7, 0x40, 0x24, 0x3B, 0x22, 0x28, 0x29, 0x5C, 0], "\\@\\$\\;\\\"\\(\\)\\\\."),
            (
                "*._tcp.EXAMPLE.",
                [1, 0x2A, 4, 0x5F, 0x74, 0x63, 0x70, 7, 0x45, 0x58, 0x41, 0x4D, 0x50, 0x4C, 0x45, 0], "*._tcp.EXAMPLE."
            ),
            ("ä.", [2, 0xC3, 0xA4, 0], "\\195\\164."),
        ] as [(String, [UInt8], String)]
    )
    func readsAndPrints(text: String, wire: [UInt8], printed: String) throws {
        let name = try Name(text: text)
        #expect(name.wire == wire)
        #expect(name.text == printed)
        #expect(try Name(text: printed).wire == wire)
    }

    @Test("Every octet in a label survives text")
    func roundTripsEveryOctet() throws {
        for octet in UInt8.min...UInt8.max {
            let name = try Name(labels: [[octet], [0x61, octet, octet]])
            #expect(try Name(text: name.text).wire == name.wire)
        }
    }

    @Test("A relative name is completed with the origin")
    func completesRelativeNames() throws {
        let origin = try Name(text: "example.com.")
        #expect(try Name(text: "www", origin: origin).text == "www.example.com.")
        #expect(try Name(text: "@", origin: origin).text == "example.com.")
        #expect(try Name(text: "\\@", origin: origin).text == "\\@.example.com.")
        #expect(try Name(text: "www", origin: .root).text == "www.")
        #expect(throws: TextError(offset: 0, reason: .relativeNameWithoutOrigin)) { try Name(text: "www") }
        #expect(throws: TextError(offset: 0, reason: .emptyLabel)) { try Name(text: "", origin: origin) }
    }

    @Test("A name is printed below its origin")
    func printsRelativeNames() throws {
        let origin = try Name(text: "Example.com.")
        #expect(try Name(text: "www.example.COM.").text(relativeTo: origin) == "www")
        #expect(try Name(text: "a.b.example.com.").text(relativeTo: origin) == "a.b")
        #expect(try Name(text: "example.com.").text(relativeTo: origin) == "@")
        #expect(try Name(text: "badexample.com.").text(relativeTo: origin) == "badexample.com.")
        #expect(try Name(text: "com.").text(relativeTo: origin) == "com.")
        #expect(Name.root.text(relativeTo: origin) == ".")
        #expect(try Name(text: "com.").text(relativeTo: .root) == "com.")
    }

    @Test("Labels of 63 octets and names of 255 are the longest")
    func boundsLengths() throws {
        let label = String(repeating: "x", count: 63)
        let longest = "\(label).\(label).\(label).\(label.dropLast(2))."
        #expect(try Name(text: longest).wire.count == 255)
        #expect(throws: TextError(offset: 0, reason: .nameTooLong)) { try Name(text: "a." + longest) }
        #expect(throws: TextError(offset: 2, reason: .labelTooLong)) { try Name(text: "a.x\(label).") }
        let origin = try Name(text: longest)
        #expect(throws: TextError(offset: 0, reason: .nameTooLong)) { try Name(text: "a", origin: origin) }
    }
}
