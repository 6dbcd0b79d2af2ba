// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@testable import Domain

@Suite("Rules of one record")
struct RecordRulesTests {
    private func errors(_ input: RecordInput) -> ValidationErrors? {
        do {
            _ = try Samples.rules.draft(input)
            return nil
        } catch {
            return error
        }
    }

    @Test("A record without TTL, priority and regions gets the defaults")
    func defaults() throws {
        let draft = try Samples.rules.draft(RecordInput(type: "mx", content: "mx.example.net"))
        #expect(draft.name == "")
        #expect(draft.ttl == 3_600)
        #expect(draft.priority == 0)
        #expect(draft.regions == ["global"])
        #expect(draft.type == .mx)
    }

    @Test("Every fault of a record is told at once")
    func allFaults() {
        var expected = ValidationErrors("record_type", "can't be blank")
        expected.add("name", "has an empty label")
        expected.add("ttl", "must be greater than or equal to 1")
        expected.add("regions", "is invalid")
        expected.add("content", "can't be blank")
        #expect(errors(RecordInput(name: "a..b", ttl: 0, regions: ["MOON"])) == expected)
    }

    @Test("Regions of the operator are taken beside the usual ones")
    func regions() throws {
        var policy = ZonePolicy.example
        policy.regions = ["MOON"]
        let rules = RecordRules(zone: Samples.zone, policy: policy)
        let input = RecordInput(name: "a", type: "A", content: "192.0.2.1", regions: ["MOON", "AMS"])
        #expect(try rules.draft(input).regions == ["MOON", "AMS"])
        #expect(RecordRegion.isName("eu-west.1") && !RecordRegion.isName("a,b") && !RecordRegion.isName(""))
    }

    @Test(
        "Types that no customer writes are unsupported",
        arguments: [
            "SOA", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "ZONEMD", "ANY", "AXFR", "OPT", "TSIG", "TYPE0", "TYPE6",
            "TYPE41", "TYPE240", "TYPE241", "TYPE242", "BOGUS", "A ", "TYPE65536",
        ]
    )
    func unsupported(type: String) {
        #expect(
            errors(RecordInput(name: "x", type: type, content: "x")) == ValidationErrors("record_type", "unsupported")
        )
    }

    @Test(
        "Keys of another signer are customers' records, at the apex and elsewhere (RFC 8901 section 2.1.2)",
        arguments: ["", "sub"]
    )
    func keys(name: String) {
        let key = "256 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="
        #expect(errors(RecordInput(name: name, type: "DNSKEY", content: key)) == nil)
        #expect(
            errors(RecordInput(name: name, type: "DNSKEY", content: "256 3 13"))?.fields.map(\.name) == ["content"]
        )
    }

    @Test("The platform's own types are customers' types", arguments: ["ALIAS", "URL", "POOL"])
    func platform(type: String) {
        let content = type == "URL" ? "https://example.org/" : "example.org"
        #expect(errors(RecordInput(name: "x", type: type, content: content)) == nil)
    }

    @Test(
        "The TTL has bounds",
        arguments: [
            (0, "must be greater than or equal to 1"), (-1, "must be greater than or equal to 1"),
            (2_147_483_648, "must be less than or equal to 2147483647"),
            (.max, "must be less than or equal to 2147483647"),
        ]
    )
    func ttl(value: Int64, reason: String) {
        let input = RecordInput(name: "x", type: "A", content: "192.0.2.1", ttl: value)
        #expect(errors(input) == ValidationErrors("ttl", reason))
    }

    @Test(
        "The apex has no CNAME, no customer's NS and no DS",
        arguments: [
            ("CNAME", "example.net", "CNAME records are not allowed at the apex of a zone"),
            ("NS", "ns1.example.net", "NS records at the apex of a zone are managed by the platform"),
            (
                "DS", "1 8 2 " + String(repeating: "ab", count: 32),
                "DS records belong to the parent zone, not to the apex"
            ),
        ]
    )
    func apex(type: String, content: String, reason: String) {
        for name in ["", "@", "example.com."] {
            #expect(
                errors(RecordInput(name: name, type: type, content: content)) == ValidationErrors("base", reason)
            )
        }
    }

    @Test("A record's type cannot be changed, but may be repeated")
    func changedType() throws {
        let row = try Samples.row(9, "www", .a, "192.0.2.1")
        #expect(throws: ValidationErrors("record_type", "cannot be changed")) {
            try Samples.rules.draft(row, replacing: RecordInput(type: "AAAA", content: "2001:db8::1"))
        }
        let draft = try Samples.rules.draft(row, replacing: RecordInput(type: "a", content: "192.0.2.2"))
        #expect(draft.content == "192.0.2.2")
    }

    @Test("Fields that are not sent stay as they are")
    func keptFields() throws {
        let row = try Samples.row(9, "www", .mx, "mx.example.net", ttl: 77, priority: 5)
        let draft = try Samples.rules.draft(row, replacing: RecordInput(name: "mail"))
        #expect(draft.name == "mail")
        #expect(draft.content == "mx.example.net")
        #expect(draft.priority == 5)
        #expect(draft.ttl == 77)
    }
}
