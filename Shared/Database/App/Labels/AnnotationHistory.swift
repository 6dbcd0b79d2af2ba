// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// What becomes of notes and labels when domains go, come back and move.
enum AnnotationHistory {
    /// Gives a restored domain and its records the notes and labels that they had when they were deleted.
    ///
    /// - Parameters:
    ///   - deleted: the id that the zone had.
    ///   - records: the old ids with the new ones.
    static func restore(
        of deleted: Int64,
        to domain: Int64,
        _ zone: Int64,
        records: [(old: Int64, new: Int64)],
        in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            UPDATE app.domain AS d SET note = g.note, labels = g.labels
            FROM app.deleted_zone AS g
            WHERE g.zone_id = \(deleted) AND d.id = \(domain) AND (g.note IS NOT NULL OR g.labels IS NOT NULL)
            """
        )
        try await transaction.execute(
            """
            UPDATE app.record AS r SET note = e->>'note', labels = e->'labels'
            FROM app.deleted_zone AS g
            JOIN app.zone_change AS c ON c.zone_id = g.zone_id AND c.version = g.version
            CROSS JOIN jsonb_array_elements(c.summary->'deletes') AS e
            JOIN unnest(\(records.map(\.old))::bigint[], \(records.map(\.new))::bigint[]) AS m (old, new)
                ON m.old = (e->>'id')::bigint
            WHERE g.zone_id = \(deleted) AND (e ? 'note' OR e ? 'labels') AND r.zone_id = \(zone) AND r.id = m.new
            """
        )
    }

    /// Takes all notes and labels away: what an account's people wrote for themselves is none of the next owner's.
    static func forget(of domain: Int64, _ zone: Int64, in transaction: PostgresTransaction) async throws {
        try await transaction.execute(
            """
            UPDATE app.domain SET note = NULL, labels = NULL
            WHERE id = \(domain) AND (note IS NOT NULL OR labels IS NOT NULL)
            """
        )
        try await transaction.execute(
            """
            UPDATE app.record SET note = NULL, labels = NULL
            WHERE zone_id = \(zone) AND (note IS NOT NULL OR labels IS NOT NULL)
            """
        )
    }
}
