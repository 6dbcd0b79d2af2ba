// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Logging
import Postgres
import TestSupport
import Testing

@Suite struct ErrorStoreTests {
    private let database: TestDatabase
    private let store: ErrorStore

    init() async throws {
        database = try await TestDatabase.make()
        store = ErrorStore(pool: try database.pool(.operator, size: 1))
    }

    private func recorder(
        _ role: TestDatabase.Role = .web,
        release: String = "1",
        at seconds: Int64 = 1_000
    ) throws -> ErrorRecorder {
        ErrorRecorder(
            pool: try database.pool(role, size: 1, acquireTimeout: .milliseconds(200)),
            service: "zonewright-web",
            release: release,
            now: { seconds * 1_000_000 },
            logger: Logger(label: "tests")
        )
    }

    private func note(_ recorder: ErrorRecorder, _ message: String = "Request failed", account: Int = 7) {
        let metadata: Logger.Metadata = [
            "error": "row 5 is bad", "account": "\(account)", "request_id": "11111111-2222-4333-8444-555555555555",
        ]
        recorder.note(
            LogEvent(
                level: .error,
                message: "\(message)",
                metadata: metadata,
                source: "Tests",
                file: "A/B.swift",
                function: "f",
                line: 3
            ),
            metadata
        )
    }

    @Test(arguments: [TestDatabase.Role.web, .glue, .worker])
    func everyServiceWritesItsErrorsGrouped(_ role: TestDatabase.Role) async throws {
        let recorder = try recorder(role)
        for _ in 0..<12 { note(recorder) }
        await recorder.flush()
        for account in 0..<30 {
            note(recorder, account: account)
            await recorder.flush()
        }
        let group = try #require(try await store.groups([.open], limit: 10).first)
        #expect(group.count == 42)
        #expect(group.title == "Request failed" && group.reason == "row <id> is bad")
        #expect(group.service == "zonewright-web" && group.location == "A/B.swift:3")
        #expect(group.firstSeen == Timestamp(seconds: 1_000))
        let found = try #require(try await store.group(id: group.id))
        #expect(found.occurrences.count == ErrorStore.keptOccurrences)
        #expect(found.occurrences.map(\.account) == (10..<30).reversed().map { Int64($0) })
        #expect(found.occurrences.first?.requestID == "11111111-2222-4333-8444-555555555555")
        #expect(try await store.group(id: group.id + 1) == nil)
    }

    @Test func aResolvedGroupOpensAgainAndAnIgnoredOneDoesNot() async throws {
        let old = try recorder(release: "1")
        note(old, "mended")
        note(old, "boring")
        await old.flush()
        let ids = Dictionary(uniqueKeysWithValues: try await store.groups([.open], limit: 10).map { ($0.title, $0.id) })
        let mended = try #require(ids["mended"])
        let boring = try #require(ids["boring"])
        #expect(try await store.set(.resolved, id: mended))
        #expect(try await store.set(.ignored, id: boring))
        #expect(try await !store.set(.ignored, id: 999))
        #expect(try await store.groups([.open], limit: 10).isEmpty)
        let new = try recorder(release: "2", at: 2_000)
        note(new, "mended")
        note(new, "boring")
        await new.flush()
        let open = try await store.groups([.open], limit: 10)
        #expect(open.map(\.title) == ["mended"])
        #expect(open.first?.regressions == 1 && open.first?.firstRelease == "1" && open.first?.lastRelease == "2")
        let ignored = try await store.groups([.ignored], limit: 10)
        #expect(ignored.map(\.count) == [2])
        #expect(try await store.groups(ErrorGroup.State.allCases, service: "zonewright-glue", limit: 10).isEmpty)
    }

    @Test func whileTheDatabaseIsAwayNothingIsLostWithinTheBounds() async throws {
        let recorder = try recorder()
        let superuser = try database.pool(.superuser, size: 1)
        try await superuser.execute(
            "REVOKE CONNECT ON DATABASE \(unescaped: database.name) FROM PUBLIC, zonewright_web"
        )
        for _ in 0..<3 {
            note(recorder)
            await recorder.flush()
        }
        try await superuser.execute("GRANT CONNECT ON DATABASE \(unescaped: database.name) TO PUBLIC")
        #expect(try await store.groups([.open], limit: 1).isEmpty)
        await recorder.flush()
        #expect(try await store.groups([.open], limit: 1).first?.count == 3)
    }

    @Test func oldGroupsArePruned() async throws {
        let recorder = try recorder()
        note(recorder, "old")
        await recorder.flush()
        let young = try self.recorder(at: ErrorRecorder.systemTime() / 1_000_000)
        note(young, "young")
        await young.flush()
        let pruner = HistoryPruner(pool: try database.pool(.worker, size: 1))
        let retention = HistoryRetention(
            finishedJobs: .seconds(60),
            deadJobs: .seconds(60),
            deliveries: .seconds(60),
            changes: .seconds(60),
            audit: .seconds(60),
            analytics: .seconds(60),
            errors: .seconds(86_400)
        )
        #expect(try await pruner.prune(retention)["operations.error_group"] == 1)
        #expect(try await store.groups([.open], limit: 10).map(\.title) == ["young"])
    }
}
