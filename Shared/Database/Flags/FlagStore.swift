// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// The rules of flags in the database.
package struct FlagStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// All rules and their version; nil while that is still `known`.
    package func table(after known: Int64 = -1) async throws -> FlagTable? {
        // One statement, so that rules and version are of one moment.
        let rows = try await pool.query(
            """
            SELECT v.version, f.name, f.target, f.share
            FROM operations.flag_version AS v LEFT JOIN operations.flag AS f ON true
            WHERE v.id = 1 AND v.version <> \(known)
            """
        )
        guard let version: Int64 = try rows.first?.decode("version") else { return nil }
        var table = FlagTable(version: version)
        for row in rows {
            guard let name: String = try row.decode("name") else { continue }
            let share = Int(try row.decode("share", as: Int16.self))
            switch FlagTarget(try row.decode("target")) {
            case .everybody?: table.rules[name, default: FlagRules()].share = share
            case let target?: table.rules[name, default: FlagRules()].exceptions[target] = share > 0
            // A later release's kind of target.
            case nil: continue
            }
        }
        return table
    }

    /// Sets the rule of a flag for a target: for how many percent of the accounts it is on; 0 and 100 for a single one.
    ///
    /// - Returns: whether that changed anything.
    @discardableResult
    package func set(_ flag: FeatureFlag, for target: FlagTarget, share: Int) async throws -> Bool {
        try await pool.withTransaction { transaction in
            let before = try await stored(flag, target, in: transaction)
            guard before != share else { return false }
            try await transaction.execute(
                """
                INSERT INTO operations.flag (name, target, share) VALUES (\(flag.name), \(target.text), \(Int16(share)))
                ON CONFLICT (name, target) DO UPDATE SET share = excluded.share, changed_at = now()
                """
            )
            try await audit("flag.set", flag, target, before: before, after: share, in: transaction)
            return true
        }
    }

    /// Removes the rule of a flag for a target, or all of the flag's rules.
    ///
    /// - Returns: how many rules there were.
    @discardableResult
    package func unset(_ flag: FeatureFlag, for target: FlagTarget?) async throws -> Int {
        try await pool.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                DELETE FROM operations.flag
                WHERE name = \(flag.name) AND (\(target?.text)::text IS NULL OR target = \(target?.text)::text)
                RETURNING target, share
                """
            )
            for row in rows {
                guard let target = FlagTarget(try row.decode("target")) else { continue }
                let before = Int(try row.decode("share", as: Int16.self))
                try await audit("flag.unset", flag, target, before: before, after: nil, in: transaction)
            }
            return rows.count
        }
    }

    private func stored(
        _ flag: FeatureFlag,
        _ target: FlagTarget,
        in transaction: PostgresTransaction
    ) async throws -> Int? {
        let row = try await transaction.first(
            "SELECT share FROM operations.flag WHERE name = \(flag.name) AND target = \(target.text) FOR UPDATE"
        )
        return try row.map { Int(try $0.decode("share", as: Int16.self)) }
    }

    /// The row belongs to no account: what the operator tries out is not the customer's to read.
    private func audit(
        _ action: String,
        _ flag: FeatureFlag,
        _ target: FlagTarget,
        before: Int?,
        after: Int?,
        in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO app.audit (actor, request_id, action, subject, before, after)
            VALUES (\(ChangeContext.Actor.platform.description), \(RequestIdentifier().text)::uuid, \(action),
                    \("flag/\(flag.name)"), \(Self.json(target, before))::jsonb, \(Self.json(target, after))::jsonb)
            """
        )
    }

    private static func json(_ target: FlagTarget, _ share: Int?) -> String? {
        guard let share else { return nil }
        var json = JSONWriter()
        json.object { json in
            json.member("target", target.text)
            json.member("percentage", share)
        }
        return json.text
    }
}
