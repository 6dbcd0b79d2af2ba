// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
package import Postgres

/// Error reports in the database.
package struct ErrorStore: Sendable {
    /// Occurrences that are kept of a group.
    package static let keptOccurrences = 20

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Adds what was gathered of one group, all or nothing.
    package func add(_ group: ErrorCollector.Group) async throws {
        let last = group.last
        try await pool.withTransaction { transaction in
            let row = try await transaction.query(
                """
                INSERT INTO operations.error_group AS g
                    (fingerprint, service, title, reason, location, count, first_release, last_release, first_seen,
                     last_seen)
                VALUES (sha256(convert_to(\(last.fingerprint), 'UTF8')), \(last.service), \(last.title), \(last.reason),
                        \(last.location), \(group.count), \(group.first.release), \(last.release),
                        \(group.first.at.postgres), \(last.at.postgres))
                ON CONFLICT (fingerprint) DO UPDATE SET
                    count = g.count + excluded.count, location = excluded.location,
                    last_release = excluded.last_release, first_seen = least(g.first_seen, excluded.first_seen),
                    last_seen = greatest(g.last_seen, excluded.last_seen),
                    regressions = g.regressions + CASE WHEN g.state = 'resolved' THEN 1 ELSE 0 END,
                    resolved_at = CASE WHEN g.state = 'resolved' THEN NULL ELSE g.resolved_at END,
                    state = CASE WHEN g.state = 'resolved' THEN 'open' ELSE g.state END
                RETURNING id
                """
            ).only()
            let id: Int64 = try row.decode("id")
            for sample in group.samples {
                try await transaction.execute(
                    """
                    INSERT INTO operations.error_occurrence (group_id, at, release, location, request_id, account_id, tags)
                    VALUES (\(id), \(sample.at.postgres), \(sample.release), \(sample.location),
                            \(sample.requestID)::text::uuid, \(sample.account), \(Self.json(sample.tags))::text::jsonb)
                    """
                )
            }
            // The row of the group is locked: nobody adds to it meanwhile.
            try await transaction.execute(
                """
                DELETE FROM operations.error_occurrence WHERE group_id = \(id) AND id <= (
                    SELECT id FROM operations.error_occurrence WHERE group_id = \(id)
                    ORDER BY id DESC OFFSET \(Int64(Self.keptOccurrences)) LIMIT 1
                )
                """
            )
        }
    }

    /// Groups in one of the states, the latest first.
    package func groups(_ states: [ErrorGroup.State], service: String? = nil, limit: Int) async throws -> [ErrorGroup] {
        try await pool.query(
            """
            SELECT \(ErrorGroup.columns) FROM operations.error_group
            WHERE state = ANY (\(states.map(\.rawValue))::text[])
                AND (\(service)::text IS NULL OR service = \(service)::text)
            ORDER BY last_seen DESC, id DESC LIMIT \(Int64(limit))
            """
        ).map(ErrorGroup.init(row:))
    }

    /// A group with its latest occurrences, the latest first; nil when there is none.
    package func group(id: Int64) async throws -> (group: ErrorGroup, occurrences: [ErrorOccurrence])? {
        guard
            let row = try await pool.first(
                "SELECT \(ErrorGroup.columns) FROM operations.error_group WHERE id = \(id)"
            )
        else { return nil }
        let occurrences = try await pool.query(
            """
            SELECT at, release, location, request_id::text AS request_id, account_id, tags::text AS tags
            FROM operations.error_occurrence WHERE group_id = \(id) ORDER BY id DESC
            """
        ).map(ErrorOccurrence.init(row:))
        return (try ErrorGroup(row: row), occurrences)
    }

    /// Says something of a group.
    ///
    /// - Returns: false when there is no such group.
    package func set(_ state: ErrorGroup.State, id: Int64) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE operations.error_group
            SET state = \(state.rawValue), resolved_at = CASE WHEN \(state == .resolved) THEN now() END
            WHERE id = \(id)
            """
        ) > 0
    }

    private static func json(_ tags: [String: String]) -> String {
        var json = JSONWriter()
        json.object { json in
            for (key, value) in tags.sorted(by: { $0.key < $1.key }) { json.member(key, value) }
        }
        return json.text
    }
}
