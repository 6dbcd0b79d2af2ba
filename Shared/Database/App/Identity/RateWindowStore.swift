// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// The windows of the rate limits that the web processes share: one row an account, written once a lease.
package struct RateWindowStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Takes up to `wanted` requests out of the window of `subject` that `now` falls into; the first one to ask starts
    /// it. Times are Unix seconds of the callers' clocks, `length` is in seconds.
    package func lease(
        of subject: String,
        wanted: Int,
        limit: Int,
        length: Int64,
        now: Int64
    ) async throws -> RateLease {
        let row = try await pool.query(
            """
            INSERT INTO app.rate_window AS w (subject, used, ends_at)
            VALUES (\(subject), \(Int64(wanted)), \(now + length))
            ON CONFLICT (subject) DO UPDATE
            SET used = CASE WHEN w.ends_at <= \(now) THEN 0 ELSE w.used END + \(Int64(wanted)),
                ends_at = CASE WHEN w.ends_at <= \(now) THEN excluded.ends_at ELSE w.ends_at END
            RETURNING used, ends_at
            """
        ).only()
        let used: Int64 = try row.decode("used")
        let before = Int(used) - wanted
        let granted = min(max(limit - before, 0), wanted)
        return RateLease(granted: granted, taken: min(before + granted, limit), end: try row.decode("ends_at"))
    }
}

/// What a process got of a window.
package struct RateLease: Hashable, Sendable {
    /// Requests that it may let through; 0 when nothing is left.
    package var granted: Int
    /// Requests that all processes together have taken out, with these; at most the limit.
    package var taken: Int
    /// When the window ends, in Unix seconds.
    package var end: Int64

    package init(granted: Int, taken: Int, end: Int64) {
        self.granted = granted
        self.taken = taken
        self.end = end
    }
}
