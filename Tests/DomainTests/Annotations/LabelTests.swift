// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Domain

@Suite struct LabelTests {
    @Test(arguments: ["a", "0", "env", "team/dns", "a.b-c_d/e", String(repeating: "k", count: 63)])
    func `keys are taken`(key: String) throws {
        let labels = try LabelSet(customer: [key: "Grün = & (fine)"])
        #expect(labels.values == [key: "Grün = & (fine)"])
    }

    @Test(arguments: ["", "A", "-a", "a-", "/a", "a=b", "a,b", "a b", "ä", String(repeating: "k", count: 64)])
    func `other keys are refused by name`(key: String) throws {
        let errors = #expect(throws: ValidationErrors.self) { try LabelSet(customer: [key: ""]) }
        #expect(errors?["labels"].first?.hasPrefix("`\(key)` is not a key") == true)
    }

    @Test func `every fault is told, and the limits are exact`() throws {
        let long = String(repeating: "é", count: 255)
        #expect(try LabelSet(customer: ["a": long]).values["a"] == long)
        let errors = #expect(throws: ValidationErrors.self) {
            try LabelSet(customer: ["a": long + "x", "b": "1,2", "c": "\u{7F}", "D": ""])
        }
        #expect(errors?["labels"].count == 4)
        let fifty = Dictionary(uniqueKeysWithValues: (1...50).map { ("k\($0)", "") })
        #expect(try LabelSet(customer: fifty).values.count == 50)
        #expect(throws: ValidationErrors.self) { try LabelSet(customer: fifty.merging(["x": ""]) { $1 }) }
    }

    @Test func `answers are sorted by key`() throws {
        let labels = try LabelSet(customer: ["b": "2", "a": "\"1\"", "c": ""])
        #expect(JSONWriter.text(of: labels) == #"{"a":"\"1\"","b":"2","c":""}"#)
        #expect(JSONWriter.text(of: LabelSet()) == "{}")
    }

    @Test func `a selector wants keys and values`() throws {
        let selector = try LabelSelector("critical,env=prod,note=a=b,empty=,env=prod")
        #expect(selector.keys == ["critical"])
        #expect(selector.values == ["env": "prod", "note": "a=b", "empty": ""])
        for text in ["", ",", "a,", "=", "=b", "A", "a=1,a=2", "a\u{0}", "a=\u{0}"] {
            #expect(throws: ValidationErrors.self) { try LabelSelector(text) }
        }
    }

    @Test func `a note has text, and no control characters but tabs and line ends`() throws {
        #expect(try Note(customer: " a\tb\r\nc ").text == " a\tb\r\nc ")
        #expect(try Note(customer: String(repeating: "é", count: 4_000)).text?.count == 4_000)
        for text in ["", " \n", "a\u{0}", "a\u{1B}[m", "\u{85}x", String(repeating: "x", count: 4_001)] {
            #expect(throws: ValidationErrors.self) { try Note(customer: text) }
        }
    }
}
