// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@testable import Domain

@Suite("Rules between records")
struct ZoneChangeSetTests {
    private func plan(
        _ input: BatchInput,
        _ existing: [StoredRecord] = []
    ) throws(BatchErrors) -> ZoneChangeSet {
        let drafts = try ZoneChangeSet.drafts(input.creates, rules: Samples.rules)
        return try ZoneChangeSet(input, drafts: drafts, existing: existing, rules: Samples.rules)
    }

    private func fault(_ creates: [RecordInput], _ existing: [StoredRecord] = []) -> BatchErrors? {
        do {
            _ = try plan(BatchInput(creates: creates), existing)
            return nil
        } catch {
            return error
        }
    }

    private func base(_ index: Int, _ message: String) -> BatchErrors {
        var errors = BatchErrors()
        errors.creates = [.invalid(index, ValidationErrors("base", message))]
        return errors
    }

    private func input(_ name: String, _ type: String, _ content: String) -> RecordInput {
        RecordInput(name: name, type: type, content: content)
    }

    @Test("A record that is there already is refused, however it is written")
    func duplicates() throws {
        let text = "Zone record already exists"
        let existing = [
            try Samples.row(9, "www", .cname, "Target.example.net"), try Samples.row(10, "t", .txt, #""a b""#),
            try Samples.row(11, "six", .aaaa, "2001:db8::1"),
        ]
        #expect(fault([input("WWW", "CNAME", "target.EXAMPLE.net.")], existing) == base(0, text))
        #expect(fault([input("t", "TXT", "a b")], existing) == base(0, text))
        #expect(fault([input("six", "AAAA", "2001:0DB8:0:0::1")], existing) == base(0, text))
        let twice = [input("new", "A", "192.0.2.1"), input("new", "A", "192.0.2.1")]
        #expect(fault(twice) == base(1, text))
    }

    @Test("A CNAME stands alone")
    func cname() throws {
        let address = [try Samples.row(9, "www", .a, "192.0.2.1")]
        let alias = [try Samples.row(9, "www", .cname, "x.example.net")]
        #expect(
            fault([input("www", "CNAME", "x.example.net")], address)
                == base(0, "CNAME records cannot coexist with other records of the same name")
        )
        #expect(
            fault([input("www", "TXT", "x")], alias)
                == base(0, "The name has a CNAME record, which cannot coexist with other records")
        )
        #expect(
            fault([input("www", "CNAME", "y.example.net")], alias) == base(0, "A name can have only one CNAME record")
        )
        #expect(fault([input("other", "A", "192.0.2.1")], alias) == nil)
    }

    @Test("A name has one DNAME at most")
    func dname() throws {
        let existing = [try Samples.row(9, "d", .dname, "x.example.net")]
        #expect(
            fault([input("d", "DNAME", "y.example.net")], existing) == base(0, "A name can have only one DNAME record")
        )
        #expect(fault([input("d", "A", "192.0.2.1")], existing) == nil)
    }

    @Test("A DS record needs NS records of its name, which may come in the same batch")
    func delegation() {
        let digest = input("sub", "DS", "1 8 2 " + String(repeating: "ab", count: 32))
        #expect(fault([digest]) == base(0, "DS records need NS records of the same name"))
        #expect(fault([digest, input("sub", "NS", "ns1.sub.example.com")]) == nil)
    }

    @Test("Glue and data below a delegation are allowed")
    func glue() throws {
        let existing = [try Samples.row(9, "sub", .ns, "ns1.sub.example.com")]
        #expect(fault([input("ns1.sub", "A", "192.0.2.1"), input("sub", "A", "192.0.2.2")], existing) == nil)
    }

    @Test("An update is judged without the record itself")
    func update() throws {
        let existing = [try Samples.row(9, "www", .cname, "x.example.net")]
        let update = BatchInput.Update(id: 9, fields: RecordInput(content: "y.example.net"))
        let changes = try plan(BatchInput(updates: [update]), existing)
        #expect(changes.effectiveUpdates.map(\.after.content) == ["y.example.net"])
        #expect(changes.touchedNames == ["www"])
    }

    @Test("A moved record touches both names")
    func move() throws {
        let existing = [try Samples.row(9, "www", .a, "192.0.2.1")]
        let update = BatchInput.Update(id: 9, fields: RecordInput(name: "web"))
        #expect(try plan(BatchInput(updates: [update]), existing).touchedNames == ["www", "web"])
    }

    @Test("A record can be named once in a batch")
    func twice() throws {
        let existing = [try Samples.row(9, "www", .a, "192.0.2.1")]
        let update = BatchInput.Update(id: 9, fields: RecordInput(name: "web"))
        let error = #expect(throws: BatchErrors.self) {
            try plan(BatchInput(updates: [update], deletes: [9, 9]), existing)
        }
        #expect(error?.deletes == [.recordNotFound(1, id: 9)])
        #expect(error?.updates == [.recordNotFound(0, id: 9)])
    }
}
