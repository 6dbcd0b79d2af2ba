// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Logging
import Postgres
import TestSupport
import Testing

@Suite struct FlagStoreTests {
    private let database: TestDatabase
    private let store: FlagStore

    init() async throws {
        database = try await TestDatabase.make()
        store = FlagStore(pool: try database.pool(.operator, size: 1))
    }

    private func audit() async throws -> [String] {
        try await database.pool(.superuser, size: 1).query(
            """
            SELECT concat_ws(' ', action, subject, before->>'percentage', after->>'percentage', after->>'target') AS line
            FROM app.audit WHERE account_id IS NULL ORDER BY id
            """
        ).map { try $0.decode("line") }
    }

    @Test func rulesComeBackAsTheyWereSetAndEachChangeIsAudited() async throws {
        #expect(try await store.table()?.rules == [:])
        #expect(try await store.set(.writes, for: .everybody, share: 0))
        #expect(try await store.set(.writes, for: .account(7), share: 100))
        #expect(try await store.set(.writes, for: .actor(.token(5)), share: 0))
        #expect(try await !store.set(.writes, for: .everybody, share: 0))
        #expect(try await store.set(.writes, for: .everybody, share: 100))
        let rules = FlagRules(share: 100, exceptions: [.account(7): true, .actor(.token(5)): false])
        #expect(try await store.table()?.rules == ["writes": rules])
        #expect(try await store.unset(.writes, for: .account(7)) == 1)
        #expect(try await store.unset(.writes, for: .account(7)) == 0)
        #expect(try await store.unset(.writes, for: nil) == 2)
        #expect(try await store.table()?.rules == [:])
        let lines = try await audit()
        #expect(
            lines.prefix(5) == [
                "flag.set flag/writes 0 *", "flag.set flag/writes 100 account:7", "flag.set flag/writes 0 token:5",
                "flag.set flag/writes 0 100 *", "flag.unset flag/writes 100",
            ]
        )
        #expect(lines.count == 7)
    }

    @Test(arguments: [TestDatabase.Role.web, .glue, .worker])
    func everyServiceReadsChangesAndNothingElse(_ role: TestDatabase.Role) async throws {
        let pool = try database.pool(role, size: 1)
        let reader = FlagReader(pool: pool, logger: Logger(label: "tests"))
        #expect(reader.isOn(.publication))
        #expect(try await reader.refresh())
        #expect(try await !reader.refresh())
        // By hand, as one does in need.
        try await database.pool(.superuser, size: 1).execute(
            "INSERT INTO operations.flag (name, target, share) VALUES ('publication', '*', 0)"
        )
        #expect(reader.isOn(.publication))
        #expect(try await reader.refresh())
        #expect(!reader.isOn(.publication))
        await #expect(throws: PostgresError.self) { try await pool.execute("DELETE FROM operations.flag") }
        // The database is away: what was read last holds.
        try await database.drop()
        await #expect(throws: (any Error).self) { try await reader.refresh() }
        #expect(!reader.isOn(.publication))
    }

    @Test func aRunningReaderKnowsAChangeInTime() async throws {
        let reader = FlagReader(pool: try database.pool(.web, size: 1), logger: Logger(label: "tests"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await reader.run() }
            try await store.set(.webhooks, for: .everybody, share: 0)
            let deadline = ContinuousClock.now + .seconds(60)
            while reader.isOn(.webhooks), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(!reader.isOn(.webhooks))
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
