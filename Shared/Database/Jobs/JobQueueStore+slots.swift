// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs
import Postgres

extension JobQueueStore {
    /// The database's clock, seconds since 1970: what slots are counted by, so that workers' clocks do not matter.
    package func now() async throws -> Int64 {
        let row = try await pool.first("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint")
        return try row?.decode(0) ?? 0
    }

    /// The latest slot of a schedule that some worker has seen, seconds since 1970; `nil` for a new schedule.
    package func latestSlot(schedule: String) async throws -> Int64? {
        let row = try await pool.first(
            "SELECT floor(extract(epoch FROM max(slot)))::bigint FROM jobs.slot WHERE schedule = \(schedule)"
        )
        return try row?.decode(0, as: Int64?.self)
    }

    /// Puts the job of a slot into its queue unless some worker has done so for this slot.
    ///
    /// - Parameters:
    ///   - job: `nil` for a slot that is left out.
    ///   - slot: the slot's start, seconds since 1970.
    /// - Returns: whether this call did it.
    package func enqueue(_ job: NewJob?, schedule: String, slot: Int64) async throws -> Bool {
        let taken: PostgresQuery = """
            INSERT INTO jobs.slot (schedule, slot) VALUES (\(schedule), to_timestamp(\(slot)::bigint))
            ON CONFLICT DO NOTHING
            """
        guard let job else {
            try await pool.execute(taken)
            return false
        }
        return try await pool.execute(
            """
            WITH taken AS (\(taken) RETURNING 1)
            \(JobEnqueue.statement([job], condition: "WHERE EXISTS (SELECT FROM taken)"))
            """
        ) > 0
    }
}
