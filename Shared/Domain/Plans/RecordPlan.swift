// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// The least that turns the records of a zone, or of one RRset, into those that a client wants.
///
/// A record that is there already keeps its id; of the others of a name and type, one that goes and one that comes are
/// an update.
package struct RecordPlan: Sendable {
    package private(set) var deletes: [StoredRecord] = []
    package private(set) var updates: [ZoneChangeSet.Update] = []
    package private(set) var creates: [RecordDraft] = []
    /// The place of each of `creates` among the wanted records.
    package private(set) var createIndices: [Int] = []
    package private(set) var unchangedCount = 0

    private struct Key: Hashable {
        var name: String
        var type: RRType
        var rdata: [UInt8]
    }

    private struct Group: Hashable {
        var name: String
        var type: RRType
    }

    /// Plans the way from `existing`, none of which the platform owns, to `wanted`.
    package init(wanted: [RecordDraft], existing: [StoredRecord]) {
        var rows: [Key: StoredRecord] = [:]
        for row in existing {
            rows[Key(name: row.name, type: row.type, rdata: row.rdata)] = row
        }
        var kept: Set<Int64> = []
        var new: [(index: Int, draft: RecordDraft)] = []
        for (index, draft) in wanted.enumerated() {
            let key = Key(name: draft.name, type: draft.type, rdata: draft.rdata)
            guard let row = rows.removeValue(forKey: key) else {
                new.append((index, draft))
                continue
            }
            kept.insert(row.id)
            let update = ZoneChangeSet.Update(before: row, after: draft)
            if update.changesSomething {
                updates.append(update)
            } else {
                unchangedCount += 1
            }
        }
        var leaving = Dictionary(grouping: existing.filter { !kept.contains($0.id) }.reversed()) { row in
            Group(name: row.name, type: row.type)
        }
        var replaced: Set<Int64> = []
        for (index, draft) in new {
            let group = Group(name: draft.name, type: draft.type)
            if let row = leaving[group]?.popLast() {
                replaced.insert(row.id)
                updates.append(ZoneChangeSet.Update(before: row, after: draft))
            } else {
                creates.append(draft)
                createIndices.append(index)
            }
        }
        deletes = existing.filter { !kept.contains($0.id) && !replaced.contains($0.id) }
    }

    /// The same as a batch; the creates go beside it as drafts.
    package var batch: BatchInput {
        BatchInput(
            updates: updates.map { update in
                let after = update.after
                return BatchInput.Update(
                    id: update.before.id,
                    fields: RecordInput(
                        content: after.content,
                        ttl: Int64(after.ttl),
                        priority: after.priority.map(Int64.init),
                        regions: after.regions
                    )
                )
            },
            deletes: deletes.map(\.id)
        )
    }

    /// The errors of `batch` under the places of the wanted records.
    package func errors(_ errors: BatchErrors, wanted: [RecordDraft]) -> BatchErrors {
        var translated = BatchErrors()
        for item in errors.creates where createIndices.indices.contains(item.index) {
            translated.creates.append(
                BatchErrors.Item(index: createIndices[item.index], message: item.message, errors: item.errors)
            )
        }
        for item in errors.updates where updates.indices.contains(item.index) {
            let index = wanted.firstIndex(of: updates[item.index].after) ?? item.index
            translated.creates.append(BatchErrors.Item(index: index, message: item.message, errors: item.errors))
        }
        translated.creates.sort { $0.index < $1.index }
        return translated
    }

    /// What the client is told.
    package func report(zoneName: String, dryRun: Bool, skippedCount: Int) -> ZoneImportReport {
        let limit = ZoneImportReport.maximumEntries
        return ZoneImportReport(
            zoneName: zoneName,
            dryRun: dryRun,
            creates: creates.prefix(limit).map(ZoneImportReport.Entry.init),
            updates: updates.prefix(limit).map { ZoneImportReport.Entry($0.after) },
            deletes: deletes.prefix(limit).map(ZoneImportReport.Entry.init),
            createCount: creates.count,
            updateCount: updates.count,
            deleteCount: deletes.count,
            unchangedCount: unchangedCount,
            skippedCount: skippedCount
        )
    }
}
