// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import Testing

/// Notes and labels in the database: who waits for whom, and what finds them.
@Suite struct AnnotationStoreTests {
    @Test func `two who have seen the same state do not both win`() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let store = AnnotationStore(pool: fixture.pool)
        let subject = AnnotationSubject.domain(.name("example.com"))
        let seen = try await store.annotations(of: subject, account: fixture.account.id)
        let precondition = Precondition(ifMatch: seen.noteTag.description)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    do {
                        _ = try await store.set(
                            .note(Note("note \(number)")),
                            of: subject,
                            account: fixture.account,
                            if: precondition,
                            context: fixture.context
                        )
                        return true
                    } catch {
                        return !(error is PreconditionFailed)
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 1)
        #expect(try await fixture.count("app.audit WHERE action = 'domain.note'") == 1)
    }

    @Test func `a change of a record and of its labels at once keep both`() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let record = try await fixture.create(.a("www"))
        let store = AnnotationStore(pool: fixture.pool)
        let subject = AnnotationSubject.record(id: record.id, zone: .name("example.com"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...10 {
                group.addTask {
                    let labels = try LabelSet(customer: ["n": String(number)])
                    _ = try await store.set(
                        .labels(labels),
                        of: subject,
                        account: fixture.account,
                        context: fixture.context
                    )
                }
                group.addTask {
                    _ = try await fixture.editor.updateRecord(
                        account: fixture.account,
                        zone: .name("example.com"),
                        id: record.id,
                        RecordInput(content: "192.0.2.\(100 + number)"),
                        context: fixture.context
                    )
                }
            }
            try await group.waitForAll()
        }
        let zone = try await fixture.zone()
        #expect(zone.version == 12, "the zone, its record and ten changes; labels are none")
        let found = try await RecordRepository(pool: fixture.pool).annotatedList(
            zone: zone,
            labels: try LabelSelector("n")
        )
        #expect(found.items.map(\.item.id) == [record.id])
        #expect(found.items.first?.item.content.hasPrefix("192.0.2.1") == true)
    }

    @Test func `labels are looked up in an index`() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        try await fixture.superuser.execute(
            """
            INSERT INTO app.record (zone_id, name, type, content, ttl, rdata, labels)
            SELECT \(zone.id), 'h' || n, 'TXT', 'x', 60, int4send(n),
                   CASE WHEN n % 1000 = 0 THEN '{"env":"prod"}' WHEN n % 10 = 0 THEN '{"env":"test"}' END::jsonb
            FROM generate_series(1, 20000) AS n
            """
        )
        try await fixture.superuser.execute("ANALYZE app.record")
        for condition: PostgresQuery in ["labels @> '{\"env\":\"prod\"}'", "labels ?& '{other}'"] {
            let plan = try await fixture.superuser.query(
                "EXPLAIN SELECT id FROM app.record WHERE zone_id = \(zone.id) AND \(condition)"
            ).map { try $0.decode(0, as: String.self) }.joined()
            #expect(plan.contains("record_labels") || plan.contains("record_annotated"), "\(plan)")
        }
        let page = try await RecordRepository(pool: fixture.pool).annotatedList(
            zone: zone,
            labels: try LabelSelector("env=prod"),
            page: Page(size: 5)
        )
        #expect(page.totalEntries == 20 && page.items.count == 5)
    }
}
