// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// Decides, within the publisher's transaction, which withdrawals may be published.
///
/// What counts is what went within the window, what is about to go in this transaction, and the removals that wait in
/// the outbox: a deletion of everything is held from its first zone on. Once the breaker is open it stays so until an
/// operator releases it, and holds withdrawals only: all other changes flow.
package struct BreakerJudge: Sendable {
    /// What became of the withdrawals.
    package struct Verdict: Sendable, Hashable {
        /// Zones whose publication must not be written; their outbox rows have been put aside.
        package var held: Set<Int64>
        /// Why, when it was these that opened the breaker.
        package var opened: String?

        package init(held: Set<Int64> = [], opened: String? = nil) {
            self.held = held
            self.opened = opened
        }
    }

    /// The lane of outbox rows that are put aside.
    package static let heldLane: Int16 = -1

    private let transaction: PostgresTransaction
    private let limits: BreakerLimits

    /// - Parameter transaction: repeatable read; publishers that judge at the same time make one another fail with a
    ///   serialization failure, so that none counts without the other.
    package init(_ transaction: PostgresTransaction, limits: BreakerLimits) {
        self.transaction = transaction
        self.limits = limits
    }

    /// Judges the withdrawals of one transaction, and writes down what follows.
    package func judge(_ withdrawals: [Withdrawal]) async throws -> Verdict {
        let state = try await transaction.query(
            """
            UPDATE distribution.breaker SET judged_at = clock_timestamp() WHERE id = 1
            RETURNING open_since IS NOT NULL AS open, released_entry,
                      CASE WHEN counted_at > now() - \(window) * interval '1 second' THEN baseline END AS baseline
            """
        ).only()
        let released: Int64 = try state.decode("released_entry")
        let judged = withdrawals.filter { $0.newestEntry > released }
        guard !judged.isEmpty else { return Verdict() }
        if try state.decode("open") as Bool { return Verdict(held: try await hold(judged)) }
        let baseline: Int64? = try state.decode("baseline")
        let live = if let baseline { baseline } else { try await countZones() }
        let most = limits.most(of: live)
        let going = try await going(judged, after: released, most: most)
        guard going > most else {
            try await admit(judged)
            return Verdict()
        }
        let reason = "more than \(most) of \(live) zones would be removed or emptied"
        try await transaction.execute(
            "UPDATE distribution.breaker SET open_since = now(), reason = \(reason) WHERE id = 1"
        )
        return Verdict(held: try await hold(judged), opened: reason)
    }

    private var window: Double { limits.window / .seconds(1) }

    /// Live zones, with those that were removed within the window. Once a window: it reads them all.
    private func countZones() async throws -> Int64 {
        try await transaction.execute(
            "DELETE FROM distribution.withdrawal WHERE at <= now() - \(window) * interval '1 second'"
        )
        return try await transaction.query(
            """
            UPDATE distribution.breaker
            SET counted_at = now(),
                baseline = (SELECT count(*) FROM distribution.zone WHERE live)
                    + (SELECT count(*) FROM distribution.withdrawal WHERE removed)
            WHERE id = 1
            RETURNING baseline
            """
        ).only().decode(0)
    }

    /// How many zones went, go and are about to go; not counted much beyond `most`.
    private func going(_ judged: [Withdrawal], after released: Int64, most: Int64) async throws -> Int64 {
        let zones = judged.map(\.zone)
        let others: Int64 = try await transaction.query(
            """
            SELECT (
                SELECT count(*) FROM distribution.withdrawal
                WHERE at > now() - \(window) * interval '1 second' AND zone_id <> ALL (\(zones))
            ) + (
                SELECT count(*) FROM (
                    SELECT DISTINCT waiting.zone_id
                    FROM distribution.outbox AS waiting JOIN distribution.zone AS zone USING (zone_id)
                    WHERE waiting.op = 'D' AND waiting.id > \(released) AND zone.live
                        AND waiting.zone_id <> ALL (\(zones))
                    LIMIT \(most + 1)
                ) AS pending
            )
            """
        ).only().decode(0)
        return others + Int64(judged.count)
    }

    private func admit(_ judged: [Withdrawal]) async throws {
        try await transaction.execute(
            """
            INSERT INTO distribution.withdrawal (zone_id, removed)
            SELECT zone_id, removed
            FROM unnest(\(judged.map(\.zone)), \(judged.map(\.isRemoval))) AS given (zone_id, removed)
            ON CONFLICT (zone_id) DO UPDATE SET removed = excluded.removed, at = excluded.at
            """
        )
    }

    private func hold(_ judged: [Withdrawal]) async throws -> Set<Int64> {
        try await transaction.execute(
            "UPDATE distribution.outbox SET lane = \(Self.heldLane) WHERE zone_id = ANY (\(judged.map(\.zone)))"
        )
        return Set(judged.map(\.zone))
    }
}
