// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// What a batch comes to, once all rules have been kept: rows to delete, to update and to insert.
package struct ZoneChangeSet: Sendable {
    /// A row and what it becomes.
    package struct Update: Sendable {
        package var before: StoredRecord
        package var after: RecordDraft

        package init(before: StoredRecord, after: RecordDraft) {
            self.before = before
            self.after = after
        }
    }

    package private(set) var deletes: [StoredRecord] = []
    /// In the order of the request; those that change nothing too.
    package private(set) var updates: [Update] = []
    package private(set) var creates: [RecordDraft] = []

    /// Plans `input` against the rows that `existing` has of the touched names and ids.
    ///
    /// Deletes come first, then updates, then creates, each seeing those before it.
    ///
    /// - Throws: `BatchErrors` with every failing item.
    package init(
        _ input: BatchInput,
        drafts: [RecordDraft],
        existing: [StoredRecord],
        rules: RecordRules
    ) throws(BatchErrors) {
        var plan = Planner(existing: existing, rules: rules)
        for (index, id) in input.deletes.enumerated() {
            plan.delete(id, at: index)
        }
        for (index, update) in input.updates.enumerated() {
            plan.update(update, at: index)
        }
        for (index, draft) in drafts.enumerated() {
            plan.create(draft, at: index)
        }
        plan.finish()
        if !plan.errors.isEmpty {
            throw plan.errors
        }
        deletes = plan.deletes
        updates = plan.updates
        creates = drafts
    }

    /// The creates of a batch that keep their own rules: the touched names are known before any row is read.
    ///
    /// - Throws: `BatchErrors` with every failing create.
    package static func drafts(_ creates: [RecordInput], rules: RecordRules) throws(BatchErrors) -> [RecordDraft] {
        var drafts: [RecordDraft] = []
        var errors = BatchErrors()
        drafts.reserveCapacity(creates.count)
        for (index, input) in creates.enumerated() {
            do {
                drafts.append(try rules.draft(input))
            } catch {
                errors.creates.append(.invalid(index, error))
            }
        }
        if !errors.isEmpty {
            throw errors
        }
        return drafts
    }

    /// Updates that change something.
    package var effectiveUpdates: [Update] {
        updates.filter(\.changesSomething)
    }

    /// Whether there is nothing to do.
    package var isEmpty: Bool {
        deletes.isEmpty && creates.isEmpty && effectiveUpdates.isEmpty
    }

    /// The owners whose RRsets change.
    package var touchedNames: Set<String> {
        var names = Set(deletes.map(\.name))
        names.formUnion(creates.map(\.name))
        for update in effectiveUpdates {
            names.insert(update.before.name)
            names.insert(update.after.name)
        }
        return names
    }
}

extension ZoneChangeSet.Update {
    /// Whether the row differs from before.
    package var changesSomething: Bool {
        before.name != after.name || before.content != after.content || before.ttl != after.ttl
            || before.priority != after.priority || before.regions != after.regions
    }
}

/// Applies a batch to the state of the touched names, item by item.
private struct Planner {
    var errors = BatchErrors()
    var deletes: [StoredRecord] = []
    var updates: [ZoneChangeSet.Update] = []
    private var drafts: [(index: Int, draft: RecordDraft)] = []
    private var rows: [Int64: StoredRecord]
    private var state = ZoneState()
    private let rules: RecordRules

    init(existing: [StoredRecord], rules: RecordRules) {
        self.rules = rules
        rows = Dictionary(existing.map { ($0.id, $0) }) { first, _ in first }
        for row in existing {
            state.insert(name: row.name, type: row.type, rdata: row.rdata)
        }
    }

    mutating func delete(_ id: Int64, at index: Int) {
        guard let row = rows.removeValue(forKey: id) else {
            errors.deletes.append(.recordNotFound(index, id: id))
            return
        }
        do throws(ValidationErrors) {
            try RecordRules.checkEditable(row)
            state.remove(name: row.name, type: row.type, rdata: row.rdata)
            deletes.append(row)
        } catch {
            errors.deletes.append(.invalid(index, error))
        }
    }

    mutating func update(_ update: BatchInput.Update, at index: Int) {
        guard let row = rows.removeValue(forKey: update.id) else {
            errors.updates.append(.recordNotFound(index, id: update.id))
            return
        }
        do throws(ValidationErrors) {
            let draft = try rules.draft(row, replacing: update.fields)
            state.remove(name: row.name, type: row.type, rdata: row.rdata)
            try state.add(draft)
            updates.append(ZoneChangeSet.Update(before: row, after: draft))
        } catch {
            errors.updates.append(.invalid(index, error))
        }
    }

    mutating func create(_ draft: RecordDraft, at index: Int) {
        do throws(ValidationErrors) {
            try state.add(draft)
            drafts.append((index, draft))
        } catch {
            errors.creates.append(.invalid(index, error))
        }
    }

    mutating func finish() {
        for (index, draft) in drafts {
            if let fault = state.finalFault(of: draft) {
                errors.creates.append(.invalid(index, fault))
            }
        }
        errors.creates.sort { $0.index < $1.index }
    }
}
