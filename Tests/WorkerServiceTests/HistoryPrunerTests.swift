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
        audit: .seconds(400 * 86_400),
        analytics: .seconds(400 * 86_400)
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

    @Test func `What has ended goes, what has not stays, in batches and as the worker`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.superuser.execute(
            """
            WITH account AS (INSERT INTO app.account (email, name) VALUES ('a@b.example', 'a') RETURNING id),
            person AS (INSERT INTO app.person (email, password_hash) VALUES ('a@b.example', 'x') RETURNING id),
            application AS (
                INSERT INTO app.oauth_application (account_id, name, client_id, redirect_uris)
                SELECT id, 'n', 'c', '{}' FROM account RETURNING id
            ),
            hour AS (SELECT n, now() - (n - 5) * interval '30 minutes' AS at FROM generate_series(1, 15) AS n),
            session AS (
                INSERT INTO app.session (person_id, secret_hash, expires_at)
                SELECT person.id, sha256(n::text::bytea), at FROM person, hour
            ),
            code AS (
                INSERT INTO app.oauth_code (code_hash, application_id, account_id, person_id, access, redirect_uri,
                    redirect_uri_given, expires_at)
                SELECT sha256(n::text::bytea), application.id, account.id, person.id, 'read', 'u', true, at
                FROM application, account, person, hour
            ),
            failure AS (INSERT INTO app.login_failure (subject, failures, ends_at) SELECT n::text, 1, at FROM hour),
            rate AS (
                INSERT INTO app.rate_window (subject, used, ends_at)
                SELECT n::text, 1, extract(epoch FROM at)::bigint FROM hour
            ),
            deleted AS (
                INSERT INTO app.deleted_zone (zone_id, account_id, name, version, deleted_by, deleted_at)
                SELECT n, account.id, n || '.example', 1, 'a', now() - n * interval '10 days' FROM account, hour
            ),
            count AS (
                INSERT INTO analytics.zone_day (account_id, day, zone_name, volume)
                SELECT account.id, (now() AT TIME ZONE 'UTC')::date - 100 * n::integer, 'z.example', 1
                FROM account, hour
            )
            INSERT INTO analytics.reporter (node, run, sequence, reported_at)
            SELECT 'dns1', gen_random_uuid(), 1, now() - n * interval '29 days' FROM hour
            """
        )
        // Ends are from two hours ahead to five hours ago in steps of half an hour; what ended within an hour stays.
        let deleted = try await HistoryPruner(pool: fixture.worker, batch: 3).prune(retention)
        for table in ["app.session", "app.oauth_code", "app.login_failure", "app.rate_window"] {
            #expect((8...9).contains(deleted[table] ?? 0), "\(table)")
            let left = try await fixture.count("SELECT count(*) FROM \(unescaped: table)")
            #expect(left == 15 - (deleted[table] ?? 0))
        }
        let young = try await fixture.count(
            "SELECT count(*) FROM app.session WHERE expires_at > now() - interval '1 hour'"
        )
        #expect(try await fixture.count("SELECT count(*) FROM app.session") == young)
        // Of 10, 20, 30 … days ago: the third is past its 30 days by now.
        #expect(deleted["app.deleted_zone"] == 13)
        #expect(deleted["analytics.zone_day"] == 11)
        #expect(deleted["analytics.reporter"] == 12)
        #expect(try await HistoryPruner(pool: fixture.worker).prune(retention).values.allSatisfy { $0 == 0 })
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

    @Test func `Ended batches go with their jobs, and limits that nothing asks for`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.superuser.execute(
            """
            INSERT INTO jobs.batch (id, callback_id, total, created_at, ended_at)
            SELECT n, n, 1, now() - interval '400 days', CASE WHEN n <= 12 THEN now() - n * interval '1 day' END
            FROM generate_series(1, 15) AS n
            """
        )
        try await fixture.superuser.execute(
            """
            INSERT INTO jobs.limiter (kind, limit_key, tokens, counted_at, waiting)
            SELECT 'k', n::text, 0, now() - n * interval '1 day', n % 2 = 0 FROM generate_series(1, 20) AS n
            """
        )
        // A claim that has the key of day 9 in its hands.
        let deleted = try await fixture.superuser.withTransaction { transaction in
            try await transaction.execute("SELECT FROM jobs.limiter WHERE limit_key = '9' FOR UPDATE")
            return try await HistoryPruner(pool: fixture.worker, batch: 2).prune(retention)
        }
        // Of day 7 to 12; three have not ended.
        #expect(deleted["jobs.batch"] == 6)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.batch WHERE ended_at IS NULL") == 3)
        #expect(try await fixture.count("SELECT max(id) FROM jobs.batch WHERE ended_at IS NOT NULL") == 6)
        // Of day 7, 11, 13 … 19.
        #expect(deleted["jobs.limiter"] == 6)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.limiter WHERE waiting") == 10)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.limiter WHERE limit_key = '9'") == 1)
        #expect(try await HistoryPruner(pool: fixture.worker).prune(retention)["jobs.limiter"] == 1)
    }
}
