// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs
import Postgres

extension JobQueueStore {
    /// How often one claim looks on when limits held back all that it found.
    private static let claimRounds = 100

    /// Takes up to `limit` runnable jobs of a queue, in order of priority and age, skipping those other workers are
    /// just taking, and none while the queue is paused.
    ///
    /// What a limit of its key holds back is put aside once, until ``readmit(_:)`` lets it through: it is not in the way
    /// of the jobs behind it.
    ///
    /// - Parameter kinds: the kinds this worker knows; jobs of others, and of newer versions, are left to workers of
    ///   another release.
    package func claim(queue: String, kinds: [JobKind], limit: Int, lease: Duration) async throws -> [ClaimedJob] {
        for _ in 0..<Self.claimRounds {
            let rows = try await pool.query(claimStatement(queue, kinds, limit, lease))
            let jobs = try rows.compactMap { try Self.job($0, queue: queue) }
            let found = try rows.first?.decode(0, as: Int64.self) ?? 0
            if !jobs.isEmpty || found == 0 { return jobs }
        }
        return []
    }

    private func claimStatement(_ queue: String, _ kinds: [JobKind], _ limit: Int, _ lease: Duration) -> PostgresQuery {
        // A version is compared as text only where there is more than one: a join would cost the claim its order.
        let versions = kinds.flatMap { kind in
            kind.version > 1 ? (2...kind.version).map { "\(kind.name)/\($0)" } : []
        }
        return """
            WITH picked AS MATERIALIZED (
                SELECT id, limit_key FROM jobs.pick(
                    \(queue), \(kinds.map(\.name))::text[], \(versions)::text[], \(Int64(limit))
                )
            ), found AS MATERIALIZED (
                SELECT count(*) AS number,
                    CASE WHEN count(limit_key) > 0 THEN jobs.admit(
                        array_agg(id) FILTER (WHERE limit_key IS NOT NULL), \(Self.limits(kinds))
                    ) END AS admitted
                FROM picked
            ), taken AS (
                UPDATE jobs.job AS j
                SET state = 'executing', attempt = j.attempt + 1, worker_id = \(worker)::uuid, started_at = now(),
                    lease_until = now() + \(lease.wholeMilliseconds) * interval '1 millisecond', gate = 0
                FROM found
                WHERE j.id = ANY (ARRAY(SELECT id FROM picked)) AND (j.limit_key IS NULL OR j.id = ANY (found.admitted))
                RETURNING j.id, j.kind, j.args::text AS args, j.attempt, j.max_attempts,
                    (extract(epoch FROM clock_timestamp() - j.run_at) * 1000)::bigint AS waited, j.version, j.secret,
                    j.limit_key, j.batch_id, (extract(epoch FROM j.deadline - clock_timestamp()) * 1000)::bigint AS remaining,
                    j.cancel_requested_at IS NOT NULL AS cancelled
            )
            SELECT found.number, t.id, t.kind, t.args, t.attempt, t.max_attempts, t.waited, t.version, t.secret, t.limit_key,
                t.batch_id, t.remaining, t.cancelled
            FROM found LEFT JOIN taken AS t ON true
            """
    }

    /// Lets jobs through that limits held back and that they allow now, in their order.
    ///
    /// - Parameter kinds: all kinds of this worker; those without limits do not matter.
    /// - Returns: how many.
    package func readmit(_ kinds: [JobKind]) async throws -> Int {
        guard kinds.contains(where: { $0.limits != nil }) else { return 0 }
        let row = try await pool.first("SELECT jobs.readmit(\(Self.limits(kinds)))")
        return Int(try row?.decode(0, as: Int64.self) ?? 0)
    }

    /// The kinds and their limits as four arrays. Jobs with a key whose kind has no limits any more are let through.
    private static func limits(_ kinds: [JobKind]) -> PostgresQuery {
        """
        \(kinds.map(\.name))::text[], \(kinds.map { $0.limits?.running.map { Int32(clamping: $0) } })::integer[],
        \(kinds.map { $0.limits?.rate?.perSecond })::float8[], \(kinds.map { ($0.limits?.rate?.burst).map(Double.init) })::float8[]
        """
    }

    private static func job(_ row: PostgresRow, queue: String) throws -> ClaimedJob? {
        guard let id = try row.decode(1, as: Int64?.self) else { return nil }
        return ClaimedJob(
            id: id,
            kind: try row.decode(2),
            queue: queue,
            arguments: try row.decode(3),
            attempt: Int(try row.decode(4, as: Int32.self)),
            maximumAttempts: Int(try row.decode(5, as: Int32.self)),
            waited: .milliseconds(max(0, try row.decode(6, as: Int64.self))),
            version: Int(try row.decode(7, as: Int32.self)),
            secret: try row.decode(8, as: [UInt8]?.self),
            limitKey: try row.decode(9, as: String?.self),
            batch: try row.decode(10, as: Int64?.self),
            remaining: try row.decode(11, as: Int64?.self).map { .milliseconds($0) },
            isCancelled: try row.decode(12)
        )
    }

    /// The claims of this worker that someone asked to stop.
    package func cancelled() async throws -> [JobLease] {
        let rows = try await pool.query(
            """
            SELECT id, attempt FROM jobs.job
            WHERE worker_id = \(worker)::uuid AND cancel_requested_at IS NOT NULL AND state = 'executing'
            """
        )
        return try rows.map { JobLease(id: try $0.decode(0), attempt: Int(try $0.decode(1, as: Int32.self))) }
    }
}
