// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import Domain

@Suite("Names of records")
struct RecordNameTests {
    @Test(
        "A name is kept relative to the zone and in lower case",
        arguments: [
            ("", ""), ("@", ""), ("example.com.", ""), ("www", "www"), ("WWW", "www"), ("www.example.com.", "www"),
            ("a.b", "a.b"), ("*", "*"), ("*.a", "*.a"), ("_acme-challenge.www", "_acme-challenge.www"),
            ("_443._tcp", "_443._tcp"), ("0/25", "0/25"), ("bücher", "xn--bcher-kva"),
            ("www.example.com", "www.example.com"),
        ]
    )
    func accepted(input: String, name: String) throws {
        #expect(try RecordName.validated(input, in: Samples.zone) == name)
        let owner = try RecordName.owner(name, in: Samples.zone)
        #expect(RecordName.relative(owner, in: Samples.zone) == name)
    }

    @Test(
        "A bad name is refused, and the reason named",
        arguments: [
            ("www.example.org.", "is out of the zone"),
            ("notexample.com.", "is out of the zone"),
            ("a..b", "has an empty label"),
            (".a", "has an empty label"),
            ("a b", "may only have letters, digits, hyphens, underscores, slashes and dots"),
            ("a\\032b", "may only have letters, digits, hyphens, underscores, slashes and dots"),
            ("a*", "may have a wildcard (*) only as its whole first label"),
            ("a.*", "may have a wildcard (*) only as its whole first label"),
            ("☃", "is not a valid international name"),
            (String(repeating: "a", count: 64), "has a label that is too long (maximum is 63 characters)"),
        ]
    )
    func refused(input: String, reason: String) {
        #expect(throws: ValidationErrors("name", reason)) { try RecordName.validated(input, in: Samples.zone) }
    }

    @Test("An absolute name may have the zone's name in letters")
    func international() throws {
        let zone = try ZoneName(customer: "bücher.example")
        #expect(try RecordName.validated("www.BÜCHER.example.", in: zone) == "www")
        #expect(try RecordName.validated("bücher.example.", in: zone) == "")
    }

    @Test(
        "A name is looked up as it is kept",
        arguments: [
            ("", ""), ("@", ""), ("example.com.", ""), ("WWW.example.com.", "www"), ("www", "www"),
            ("bücher", "xn--bcher-kva"), ("www.example.com", "www.example.com"), ("a.example.org.", "a.example.org."),
            ("*", "*"),
        ]
    )
    func keys(input: String, key: String) {
        #expect(RecordName.key(input, in: Samples.zone.text) == key)
    }

    @Test("A name has at most 253 characters with the zone's")
    func length() throws {
        let labels = [63, 63, 63, 49].map { String(repeating: "a", count: $0) }.joined(separator: ".")
        #expect("\(labels).example.com".count == 253)
        #expect(try RecordName.validated(labels, in: Samples.zone) == labels)
        #expect(
            throws: ValidationErrors("name", "is too long (maximum is 253 characters with the zone's name)")
        ) { try RecordName.validated(labels + "a", in: Samples.zone) }
    }

    @Test("In the root zone a relative name is the whole name", arguments: ["", "com", "a.b"])
    func root(name: String) throws {
        let root = ZoneName(.root)
        #expect(RecordName.relative(try RecordName.owner(name, in: root), in: root) == name)
    }
}
