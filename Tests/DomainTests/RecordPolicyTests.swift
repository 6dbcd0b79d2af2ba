// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Domain

@Suite struct RecordPolicyTests {
    @Test(arguments: [
        ("_acme-challenge:TXT", "_acme-challenge", "TXT", true), ("_acme-challenge:TXT", "_acme-challenge", "A", false),
        ("_acme-challenge:TXT", "_acme-challenge.www", "TXT", false),
        ("_acme-challenge.*:TXT", "_acme-challenge.www", "TXT", true),
        ("_acme-challenge.*:TXT", "_acme-challenge", "TXT", false),
        ("_acme-challenge.*:TXT", "_acme-challengers", "TXT", false),
        ("*.dyn:A", "home.dyn", "A", true), ("*.dyn:A", "dyn", "A", false), ("*.dyn:A", "homedyn", "A", false),
        ("@:txt", "", "TXT", true), ("@:TXT", "www", "TXT", false), ("*:*", "", "MX", true),
        ("WWW:*", "www", "A", true),
    ])
    func `a rule allows what it names`(rule: String, name: String, type: String, isAllowed: Bool) throws {
        #expect(try #require(RecordPolicy.Rule(rule)).allows(name: name, type: type) == isAllowed)
    }

    @Test(arguments: [
        "", ":", "a:", ":A", "a", "a:A:B", "a:NOTYPE", "a:SOA", "a..b:A", "*.a.*:A", "a.*.b:A", "a*:A", "a b:A",
        "*.*:A",
    ])
    func `what is no rule is none`(text: String) {
        #expect(RecordPolicy.Rule(text) == nil)
    }

    @Test func `the verdict names the first record that no rule allows`() throws {
        let policy = RecordPolicy(rules: [
            try #require(RecordPolicy.Rule("a:A")), try #require(RecordPolicy.Rule("b:*")),
        ])
        #expect(policy.verdict(on: [(name: "a", type: "A"), (name: "b", type: "TXT")]) == .allowed)
        let verdict = policy.verdict(on: [(name: "a", type: "A"), (name: "a", type: "TXT"), (name: "c", type: "A")])
        #expect(verdict == .refused(name: "a", type: "TXT"))
        #expect(RecordPolicy(rules: []).verdict(on: [(name: "a", type: "A")]) == .refused(name: "a", type: "A"))
        #expect(throws: PermissionDenied("The token may not change A records named `@`")) {
            try RecordPolicy.require(.refused(name: "", type: "A"))
        }
        #expect(throws: PermissionDenied("The token may only change records")) {
            try RecordPolicy.require(.notRecords)
        }
        try RecordPolicy.require(.allowed)
    }
}
