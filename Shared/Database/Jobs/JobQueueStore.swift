// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs
package import Postgres

/// The queue's statements as a worker uses them.
///
/// A claim is held by a worker's lease and numbered by the job's attempt. Every statement that ends or renews a claim
/// checks both, so that a worker that lost its lease can change nothing any more.
package struct JobQueueStore: Sendable {
    /// Most leases that one statement renews.
    private static let batchSize = 500

    let pool: PostgresPool
    /// Identifies the worker process, a UUID.
    package let worker: String

    /// - Parameter worker: a UUID, new for each process.
    package init(pool: PostgresPool, worker: String) {
        self.pool = pool
        self.worker = worker
    }

    /// Renews leases.
    ///
    /// - Returns: those still held; the others belong to someone else by now and their work must stop.
    package func renew(_ leases: [JobLease], lease: Duration) async throws -> Set<JobLease> {
        var renewed: Set<JobLease> = []
        for start in stride(from: 0, to: leases.count, by: Self.batchSize) {
            let batch = Array(leases[start..<min(start + Self.batchSize, leases.count)])
            let rows = try await pool.query(
                """
                \(locked(batch))
                UPDATE jobs.job AS j
                SET lease_until = now() + \(lease.wholeMilliseconds) * interval '1 millisecond'
                WHERE j.id = ANY (ARRAY(SELECT id FROM locked))
                RETURNING j.id, j.attempt
                """
            )
            renewed.formUnion(try leaseSet(rows))
        }
        return renewed
    }

    /// Ends claims, many at a time: done jobs move to the history, failed ones go back or become dead.
    ///
    /// - Returns: the claims that were still held; results of the others are refused.
    package func finish(_ jobs: [FinishedJob]) async throws -> Set<JobLease> {
        var moved: [(lease: JobLease, state: JobState, error: String?)] = []
        var returned: [(lease: JobLease, delay: Duration, error: String?, counts: Bool)] = []
        for job in jobs {
            switch job.resolution {
            case .complete: moved.append((job.lease, .completed, nil))
            case .discard(let error): moved.append((job.lease, .discarded, error))
            case .cancel(let reason): moved.append((job.lease, .cancelled, reason))
            case .retry(let delay, let error): returned.append((job.lease, delay, error, true))
            case .release(let delay): returned.append((job.lease, delay, nil, false))
            }
        }
        var accepted: Set<JobLease> = []
        if !moved.isEmpty { accepted.formUnion(try await move(moved)) }
        if !returned.isEmpty { accepted.formUnion(try await giveBack(returned)) }
        return accepted
    }

    private func move(
        _ jobs: [(lease: JobLease, state: JobState, error: String?)]
    ) async throws -> Set<JobLease> {
        let rows = try await pool.query(
            """
            \(locked(jobs.map(\.lease))), gone AS (
                DELETE FROM jobs.job AS j
                WHERE j.id = ANY (ARRAY(SELECT id FROM locked))
                RETURNING \(JobHistory.columns), \(own(jobs.map(\.lease), jobs.map(\.state.rawValue), "text[]")) AS state,
                    coalesce(\(own(jobs.map(\.lease), jobs.map(\.error), "text[]")), j.last_error) AS last_error
            )
            \(JobHistory.insert)
            RETURNING id, attempt
            """
        )
        return try leaseSet(rows)
    }

    /// A job that has a deadline is looked at then at the latest, to be discarded.
    ///
    /// A released attempt raises the bound of attempts instead of lowering the attempt, which must only ever grow.
    private func giveBack(
        _ jobs: [(lease: JobLease, delay: Duration, error: String?, counts: Bool)]
    ) async throws -> Set<JobLease> {
        let rows = try await pool.query(
            """
            \(locked(jobs.map(\.lease)))
            UPDATE jobs.job AS j
            SET state = CASE WHEN d.counts THEN 'retryable' WHEN d.delay_ms > 0 THEN 'scheduled' ELSE 'available' END,
                run_at = CASE
                    WHEN d.delay_ms > 0 THEN least(now() + d.delay_ms * interval '1 millisecond', j.deadline)
                    ELSE j.run_at
                END,
                max_attempts = CASE WHEN d.counts THEN j.max_attempts ELSE j.max_attempts + 1 END,
                last_error = coalesce(d.error, j.last_error), worker_id = NULL, lease_until = NULL
            FROM unnest(
                \(jobs.map(\.lease.id))::bigint[], \(jobs.map(\.delay.wholeMilliseconds))::bigint[],
                \(jobs.map(\.error))::text[], \(jobs.map(\.counts))::boolean[]
            ) AS d (id, delay_ms, error, counts)
            WHERE j.id = d.id AND j.id = ANY (ARRAY(SELECT id FROM locked))
            RETURNING j.id, j.attempt
            """
        )
        return try leaseSet(rows)
    }

    /// Locks those claims that are still held, in the order of their numbers, so that a renewal of leases and a batch of
    /// ends, which may have jobs in common, do not wait for each other.
    ///
    /// Arrays instead of joins: the planner knows nothing of how many jobs run, and would compare each with each.
    private func locked(_ leases: [JobLease]) -> PostgresQuery {
        """
        WITH locked AS MATERIALIZED (
            SELECT j.id FROM jobs.job AS j
            WHERE j.id = ANY (\(leases.map(\.id))::bigint[]) AND j.state = 'executing' AND j.worker_id = \(worker)::uuid
                AND j.attempt = \(own(leases, leases.map { Int32($0.attempt) }, "integer[]"))
            ORDER BY j.id
            FOR UPDATE
        )
        """
    }

    /// The value that belongs to the job `j`.
    private func own(_ leases: [JobLease], _ values: some PostgresBindable, _ type: PostgresQuery) -> PostgresQuery {
        "(\(values)::\(type))[array_position(\(leases.map(\.id))::bigint[], j.id)]"
    }

    private func leaseSet(_ rows: [PostgresRow]) throws -> Set<JobLease> {
        Set(try rows.map { JobLease(id: try $0.decode(0), attempt: Int(try $0.decode(1, as: Int32.self))) })
    }
}
