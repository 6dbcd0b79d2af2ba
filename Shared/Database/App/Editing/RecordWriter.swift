// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Domain
import Postgres

/// Writes rows of `app.record`, many with one statement.
enum RecordWriter {
    /// Rows that one statement inserts: enough to make its fixed costs vanish, few enough to bound its parameters.
    private static let chunk = 5_000

    /// Inserts records and returns them as rows, in the same order.
    static func insert(
        _ drafts: [RecordDraft],
        into zone: LockedZone,
        system: Bool = false,
        in transaction: PostgresTransaction
    ) async throws -> [StoredRecord] {
        var stored: [StoredRecord] = []
        stored.reserveCapacity(drafts.count)
        var start = 0
        while start < drafts.count {
            let end = min(start + chunk, drafts.count)
            let part = Array(drafts[start..<end])
            let ids = try await insert(part, zoneID: zone.zone.id, system: system, in: transaction)
            for (draft, id) in zip(part, ids) {
                stored.append(StoredRecord(draft, id: id, isSystem: system, createdAt: zone.now, updatedAt: zone.now))
            }
            start = end
        }
        return stored
    }

    /// Inserts a customer's record under an id that was drawn for it, with the transaction's next statement or its
    /// commit; returns it as a row.
    static func postpone(
        _ draft: RecordDraft,
        id: Int64,
        into zone: LockedZone,
        in transaction: PostgresTransaction
    ) -> StoredRecord {
        transaction.postpone(
            """
            INSERT INTO app.record (id, zone_id, name, type, content, ttl, priority, regions, rdata)
            VALUES (\(id), \(zone.zone.id), \(draft.name), \(draft.type.apiName), \(draft.content), \(draft.ttl),
                    \(draft.priority), \(draft.regions)::text[], \(draft.rdata))
            """
        )
        return StoredRecord(draft, id: id, isSystem: false, createdAt: zone.now, updatedAt: zone.now)
    }

    /// Inserts records with one statement; returns the ids in the same order.
    static func insert(
        _ drafts: [RecordDraft],
        zoneID: Int64,
        system: Bool,
        in transaction: PostgresTransaction
    ) async throws -> [Int64] {
        guard !drafts.isEmpty else {
            return []
        }
        let rows = try await transaction.query(
            """
            INSERT INTO app.record (zone_id, name, type, content, ttl, priority, regions, system_record, rdata)
            SELECT \(zoneID), r.name, r.type, r.content, r.ttl, r.priority, string_to_array(r.regions, ','),
                   \(system), r.rdata
            FROM unnest(
                \(drafts.map(\.name))::text[], \(drafts.map(\.type.apiName))::text[],
                \(drafts.map(\.content))::text[], \(drafts.map(\.ttl))::integer[],
                \(drafts.map(\.priority))::integer[], \(drafts.map { $0.regions.joined(separator: ",") })::text[],
                \(drafts.map(\.rdata))::bytea[]
            ) WITH ORDINALITY AS r (name, type, content, ttl, priority, regions, rdata, place)
            ORDER BY r.place
            RETURNING id
            """
        )
        // Ids are drawn row by row, so that their order is that of the input, whatever order they come back in.
        let ids: [Int64] = try rows.map { try $0.decode(0) }
        guard ids.count == drafts.count else {
            throw PostgresError(.decoding, message: "\(ids.count) rows inserted of \(drafts.count)")
        }
        return ids.sorted()
    }

    /// Deletes records of the zone.
    static func delete(_ ids: [Int64], zoneID: Int64, in transaction: PostgresTransaction) async throws {
        guard !ids.isEmpty else {
            return
        }
        // The sum keeps the planner from reading the zone instead of the rows.
        try await transaction.execute("DELETE FROM app.record WHERE id = ANY(\(ids)) AND zone_id + 0 = \(zoneID)")
    }

    /// Gives records their new fields; returns the rows as they are then, in the same order.
    static func update(
        _ updates: [ZoneChangeSet.Update],
        in zone: LockedZone,
        _ transaction: PostgresTransaction
    ) async throws -> [StoredRecord] {
        guard !updates.isEmpty else {
            return []
        }
        if isOrderSensitive(updates) {
            for update in updates {
                try await apply([update], zoneID: zone.zone.id, in: transaction)
            }
        } else {
            try await apply(updates, zoneID: zone.zone.id, in: transaction)
        }
        return updates.map { update in
            StoredRecord(
                update.after,
                id: update.before.id,
                isSystem: update.before.isSystem,
                createdAt: update.before.createdAt,
                updatedAt: zone.now
            )
        }
    }

    /// Whether a record takes the place of another one that moves away in the same batch. The unique index looks at
    /// every row by itself, so those have to go in the batch's order.
    private static func isOrderSensitive(_ updates: [ZoneChangeSet.Update]) -> Bool {
        let left = Set(updates.map { [Array($0.before.name.utf8), $0.before.rdata] })
        return updates.count > 1
            && updates.contains { update in
                update.before.rdata != update.after.rdata || update.before.name != update.after.name
                    ? left.contains([Array(update.after.name.utf8), update.after.rdata]) : false
            }
    }

    private static func apply(
        _ updates: [ZoneChangeSet.Update],
        zoneID: Int64,
        in transaction: PostgresTransaction
    ) async throws {
        let after = updates.map(\.after)
        try await transaction.execute(
            """
            UPDATE app.record AS t
            SET name = r.name, content = r.content, ttl = r.ttl, priority = r.priority,
                regions = string_to_array(r.regions, ','), rdata = r.rdata, updated_at = now()
            FROM unnest(
                \(updates.map(\.before.id)), \(after.map(\.name))::text[], \(after.map(\.content))::text[],
                \(after.map(\.ttl))::integer[], \(after.map(\.priority))::integer[],
                \(after.map { $0.regions.joined(separator: ",") })::text[], \(after.map(\.rdata))::bytea[]
            ) AS r (id, name, content, ttl, priority, regions, rdata)
            WHERE t.id = r.id AND t.zone_id + 0 = \(zoneID)
            """
        )
    }
}

extension StoredRecord {
    /// The row that a draft became.
    init(_ draft: RecordDraft, id: Int64, isSystem: Bool, createdAt: Timestamp, updatedAt: Timestamp) {
        self.init(
            id: id,
            name: draft.name,
            type: draft.type,
            content: draft.content,
            ttl: draft.ttl,
            priority: draft.priority,
            regions: draft.regions,
            isSystem: isSystem,
            rdata: draft.rdata,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }
}
