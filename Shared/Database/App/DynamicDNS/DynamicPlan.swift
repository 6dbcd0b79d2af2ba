// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Domain

/// Plans the changes that give owners of one zone their addresses. An owner whose change the zone's rules refuse does not
/// keep the others from theirs.
struct DynamicPlan {
    /// Nil where nothing is to be done.
    private(set) var changes: ZoneChangeSet?
    /// One for each owner, in order.
    private(set) var answers: [DynamicAnswer]

    /// One record that is to be made or changed.
    private struct Item {
        let owner: Int
        let input: RecordInput
        /// The record that gets the content; nil for a new one.
        let id: Int64?
    }

    /// - Parameters:
    ///   - owners: relative to the zone, each once.
    ///   - existing: all rows of these owners.
    /// - Throws: `BatchErrors` that are no owner's: there are none such.
    init(
        _ owners: [String],
        _ addresses: DynamicAddresses,
        existing: [StoredRecord],
        rules: RecordRules
    ) throws(BatchErrors) {
        answers = Array(repeating: .unchanged, count: owners.count)
        var items: [Item] = []
        for (index, owner) in owners.enumerated() {
            do throws(ValidationErrors) {
                guard let wanted = try Self.items(of: owner, index, addresses, existing, rules) else {
                    answers[index] = .refused
                    continue
                }
                items += wanted
            } catch {
                answers[index] = .refused
            }
        }
        while !items.isEmpty {
            let creates = items.filter { $0.id == nil }
            let updates = items.filter { $0.id != nil }
            let batch = BatchInput(
                creates: creates.map(\.input),
                updates: updates.compactMap { item in item.id.map { BatchInput.Update(id: $0, fields: item.input) } }
            )
            do {
                let drafts = try ZoneChangeSet.drafts(batch.creates, rules: rules)
                changes = try ZoneChangeSet(batch, drafts: drafts, existing: existing, rules: rules)
                break
            } catch {
                let failed = Set(error.creates.map { creates[$0.index].owner })
                    .union(error.updates.map { updates[$0.index].owner })
                guard !failed.isEmpty else {
                    throw error
                }
                for index in failed {
                    answers[index] = .refused
                }
                items.removeAll { failed.contains($0.owner) }
            }
        }
        for item in items {
            answers[item.owner] = .good
        }
    }

    /// What has to be done for one owner: nothing where each address stands alone already; nil where it has several
    /// records of a type, so that nobody can say which one is meant.
    private static func items(
        of owner: String,
        _ index: Int,
        _ addresses: DynamicAddresses,
        _ existing: [StoredRecord],
        _ rules: RecordRules
    ) throws(ValidationErrors) -> [Item]? {
        var items: [Item] = []
        for (type, content) in addresses.records {
            let ttl = max(DynamicAddresses.ttl, rules.policy.minimumTTL)
            let input = RecordInput(name: owner, type: type, content: content, ttl: ttl)
            let draft = try rules.draft(input)
            let rows = existing.filter { $0.name == draft.name && $0.type == draft.type }
            switch rows.count {
            case 0: items.append(Item(owner: index, input: input, id: nil))
            case 1 where rows[0].rdata == draft.rdata: continue
            case 1: items.append(Item(owner: index, input: RecordInput(content: content), id: rows[0].id))
            default: return nil
            }
        }
        return items
    }
}
