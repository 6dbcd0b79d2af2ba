// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Testing

@Suite("Batches")
struct BatchTests {
    private func batch(_ fixture: EditorFixture, _ input: BatchInput) async throws -> BatchResult {
        try await fixture.editor.batch(
            account: fixture.account,
            zone: .name("example.com"),
            input,
            context: fixture.context
        )
    }

    @Test("Deletes make room for updates, and both for creates")
    func order() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let old = try await fixture.create(.a("www"))
        let moved = try await fixture.create(.a("old"))
        let result = try await batch(
            fixture,
            BatchInput(
                creates: [.cname("www", "target.example.net"), .a("old", "192.0.2.1")],
                updates: [BatchInput.Update(id: moved.id, fields: RecordInput(name: "new"))],
                deletes: [old.id]
            )
        )
        #expect(result.deletes == [old.id])
        #expect(result.updates.map(\.name) == ["new"])
        #expect(result.creates.map(\.name) == ["www", "old"])
        #expect(result.creates.map(\.content) == ["target.example.net", "192.0.2.1"])
        #expect(Set(try await fixture.records().filter { !$0.systemRecord }.map(\.name)) == ["www", "old", "new"])
    }

    @Test("Two records can pass a value on in the batch's order")
    func chain() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let first = try await fixture.create(.a("www", "192.0.2.1"))
        let second = try await fixture.create(.a("www", "192.0.2.2"))
        let result = try await batch(
            fixture,
            BatchInput(updates: [
                BatchInput.Update(id: second.id, fields: RecordInput(content: "192.0.2.3")),
                BatchInput.Update(id: first.id, fields: RecordInput(content: "192.0.2.2")),
            ])
        )
        #expect(result.updates.map(\.content) == ["192.0.2.3", "192.0.2.2"])
    }

    @Test("Every failing item is named by its index, and nothing is changed")
    func errors() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let made = try await fixture.create(.a("www"))
        let before = try await fixture.footprint()
        let error = await #expect(throws: BatchErrors.self) {
            try await batch(
                fixture,
                BatchInput(
                    creates: [.a("ok"), .cname("other", "x.example.net")],
                    updates: [BatchInput.Update(id: 99_999_999, fields: .a("x"))],
                    deletes: [made.id, 99_999_998]
                )
            )
        }
        #expect(error?.deletes == [.recordNotFound(1, id: 99_999_998)])
        #expect(error?.updates == [.recordNotFound(0, id: 99_999_999)])
        #expect(error?.updates.first?.message == "Record not found ID=99999999")
        #expect(error?.creates == [])
        #expect(try await fixture.footprint() == before)
    }

    @Test("An unsupported type among the creates is told as clients expect it")
    func unsupportedType() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let error = await #expect(throws: BatchErrors.self) {
            try await batch(
                fixture,
                BatchInput(creates: [RecordInput(name: "a", type: "SPECIAL", content: "x")])
            )
        }
        let json = JSONWriter.text(of: try #require(error))
        #expect(
            json
                == #"{"creates":[{"index":0,"message":"Validation failed","errors":{"record_type":["unsupported"]}}]}"#
        )
    }

    @Test("A batch of many records keeps their order")
    func many() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let inputs = (0..<250).map { RecordInput.a("host-\($0)", "198.51.100.\($0)") }
        let result = try await batch(fixture, BatchInput(creates: inputs))
        #expect(result.creates.map(\.name) == (0..<250).map { "host-\($0)" })
        #expect(result.creates.map(\.id) == result.creates.map(\.id).sorted())
        let stored = try await RecordRepository(pool: fixture.pool).list(
            zone: try await fixture.zone(),
            filter: RecordFilter(type: "a"),
            page: Page(number: 3, size: 100)
        )
        #expect(stored.totalEntries == 250)
        #expect(stored.items.count == 50)
        #expect(stored.items.first == result.creates[200])
    }
}
