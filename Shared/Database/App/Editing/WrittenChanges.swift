// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Domain

/// The rows that a change of records wrote, and what is told of them.
struct WrittenChanges: Sendable {
    /// Records that one row of `app.zone_change` tells of.
    private static let summaryChunk = 1_000
    /// Records that the audit shows in full; of a larger change it has the numbers, and the history has the rest.
    private static let auditLimit = 1_000

    var creates: [StoredRecord]
    /// As they are now.
    var updates: [StoredRecord]
    /// The same rows as they were, in the same order.
    var updatesBefore: [StoredRecord]
    var deletes: [StoredRecord]

    /// Whether nothing was written.
    var isEmpty: Bool {
        creates.isEmpty && updates.isEmpty && deletes.isEmpty
    }

    /// What the batch's sender is told.
    func result(of changes: ZoneChangeSet, zoneName: String) -> BatchResult {
        let written = Dictionary(updates.map { ($0.id, $0) }) { first, _ in first }
        return BatchResult(
            creates: creates.map { $0.entity(zoneName: zoneName) },
            updates: changes.updates.map { (written[$0.before.id] ?? $0.before).entity(zoneName: zoneName) },
            deletes: deletes.map(\.id)
        )
    }

    /// What the change's own transaction books.
    ///
    /// - Parameters:
    ///   - inBrief: Whether the history has the numbers only and webhooks are not told of single records, as of a zone
    ///     that was signed elsewhere: a new signing changes two records of three, and the operator has the file.
    ///   - serial: That of the zone as it was signed.
    func entry(
        _ action: RecordAction,
        zone: LockedZone,
        account: Account,
        context: ChangeContext,
        inBrief: Bool = false,
        serial: UInt32? = nil
    ) -> ChangeEntry {
        let name = zone.zone.name
        let isOne = action == .createRecord || action == .updateRecord || action == .deleteRecord
        let subject = isOne ? (creates + updates + deletes).first : nil
        return ChangeEntry(
            account: account,
            zoneID: zone.zone.id,
            zoneName: name,
            version: zone.zone.version + 1,
            bumpsZone: true,
            action: action.rawValue,
            subject: subject.map { "\(name)/\($0.id)" } ?? name,
            summaries: inBrief ? [summary(serial: serial)] : summaries(),
            before: audit(updatesBefore + deletes, zoneName: name),
            after: audit(creates + updates, zoneName: name),
            publication: .publish(names: touchedNames()),
            webhooks: zone.webhooks,
            events: zone.webhooks.isEmpty || inBrief ? [] : events(zoneName: name),
            context: context,
            verdict: context.recordPolicy.map(verdict(of:)) ?? .allowed
        )
    }

    /// What `policy` says about every record as it was and as it is.
    private func verdict(of policy: RecordPolicy) -> RecordPolicy.Verdict {
        policy.verdict(on: [creates, updates, updatesBefore, deletes].joined().map { ($0.name, $0.type.apiName) })
    }

    /// The owners that changed; nil when they are too many to name.
    private func touchedNames() -> [String]? {
        guard !touches(moreNamesThan: ChangeBook.maximumNames) else {
            return nil
        }
        return Set([creates, updates, updatesBefore, deletes].joined().map(\.name)).sorted()
    }

    /// Whether more than `count` owners changed.
    func touches(moreNamesThan count: Int) -> Bool {
        var names: Set<String> = []
        for record in [creates, updates, updatesBefore, deletes].joined() {
            names.insert(record.name)
            if names.count > count {
                return true
            }
        }
        return false
    }

    private func events(zoneName: String) -> [WebhookEvent] {
        deletes.map { .recordDelete($0.entity(zoneName: zoneName)) }
            + updates.map { .recordUpdate($0.entity(zoneName: zoneName)) }
            + creates.map { .recordCreate($0.entity(zoneName: zoneName)) }
    }

    private func audit(_ records: [StoredRecord], zoneName: String) -> String? {
        guard records.count <= Self.auditLimit else {
            var json = JSONWriter()
            json.object { $0.member("records", records.count) }
            return json.text
        }
        return records.isEmpty ? nil : JSONWriter.text(of: records.map { $0.entity(zoneName: zoneName) })
    }

    private func summary(serial: UInt32?) -> String {
        var json = JSONWriter()
        json.object { json in
            json.object("import") { json in
                json.member("serial", serial.map(Int64.init))
                json.member("creates", creates.count)
                json.member("updates", updates.count)
                json.member("deletes", deletes.count)
            }
        }
        return json.text
    }

    private func summaries() -> [String] {
        var summaries: [String] = []
        for part in Self.parts(deletes) {
            summaries.append(
                Self.object("deletes", part) { $0.writeSummary(to: &$1) }
            )
        }
        for part in Self.parts(Array(zip(updatesBefore, updates))) {
            summaries.append(
                Self.object("updates", part) { update, json in
                    json.object { json in
                        json.key("before")
                        update.0.writeSummary(to: &json)
                        json.key("after")
                        update.1.writeSummary(to: &json)
                    }
                }
            )
        }
        for part in Self.parts(creates) {
            summaries.append(
                Self.object("creates", part) { $0.writeSummary(to: &$1) }
            )
        }
        return summaries
    }

    private static func parts<Element>(_ elements: [Element]) -> [ArraySlice<Element>] {
        stride(from: 0, to: elements.count, by: summaryChunk).map { start in
            elements[start..<min(start + summaryChunk, elements.count)]
        }
    }

    private static func object<Element>(
        _ name: String,
        _ elements: ArraySlice<Element>,
        _ write: (Element, inout JSONWriter) -> Void
    ) -> String {
        var json = JSONWriter(reservingCapacity: elements.count * 256)
        json.object { json in
            json.array(name) { json in
                for element in elements {
                    write(element, &json)
                }
            }
        }
        return json.text
    }
}

extension StoredRecord {
    /// The record as the zone's history keeps it: what is needed to show a change and to take it back.
    func writeSummary(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("type", type.apiName)
            json.member("content", content)
            json.member("ttl", ttl)
            json.member("priority", priority)
            json.member("regions", regions)
            json.member("system_record", isSystem)
        }
    }
}
