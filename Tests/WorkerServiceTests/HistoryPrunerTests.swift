// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Postgres
import Testing

@Suite struct HistoryPrunerTests {
    private let retention = HistoryRetention(
        finishedJobs: .seconds(7 * 86_400),
        deadJobs: .seconds(30 * 86_400),
        deliveries: .seconds(30 * 86_400),
        changes: .seconds(400 * 86_400),
        audit: .seconds(400 * 86_400)
    )

    @Test func `Only what is beyond its retention goes, in batches`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.superuser.execute(
            """
            INSERT INTO jobs.history (id, queue, kind, args, state, attempt, created_at, finished_at)
            SELECT n, 'q', 'k', '{}', CASE WHEN n % 2 = 0 THEN 'completed' ELSE 'discarded' END, 1, now(),
                now() - n * interval '1 day'
            FROM generate_series(1, 60) AS n
            """
        )
        try await fixture.superuser.execute(
            """
            INSERT INTO app.audit (actor, request_id, action, subject, created_at)
            SELECT 'a', gen_random_uuid(), 'x', 'y', now() - n * interval '100 days' FROM generate_series(1, 6) AS n
            """
        )
        try await fixture.superuser.execute(
            """
            INSERT INTO app.idempotency_key (scope, key, fingerprint, request_id, created_at)
            SELECT sha256('a'), n::text, sha256('b'), gen_random_uuid(), now() - n * interval '7 hours'
            FROM generate_series(1, 10) AS n
            """
        )
        let deleted = try await HistoryPruner(pool: fixture.worker, batch: 4).prune(retention)
        #expect(deleted["app.idempotency_key"] == 7)
        // Completed ones of day 8 to 60, and dead ones of day 31 to 59.
        #expect(deleted["jobs.history"] == 27 + 15)
        #expect(try await fixture.finished(.completed) == 3)
        #expect(try await fixture.finished(.discarded) == 15)
        #expect(deleted["app.audit"] == 3)
    }

    @Test func `The latest slot of a schedule stays however old it is`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.superuser.execute(
            """
            INSERT INTO jobs.slot (schedule, slot)
            SELECT s, now() - n * interval '30 days' FROM generate_series(1, 4) AS n, unnest('{a,b}'::text[]) AS s
            """
        )
        let deleted = try await HistoryPruner(pool: fixture.worker).prune(retention)
        #expect(deleted["jobs.slot"] == 6)
        #expect(try await fixture.count("SELECT count(DISTINCT schedule) FROM jobs.slot") == 2)
    }
}
