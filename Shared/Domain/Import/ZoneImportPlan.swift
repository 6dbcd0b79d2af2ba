// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// What importing a zone file comes to, against the records that the zone has.
package struct ZoneImportPlan: Sendable {
    package private(set) var creates: [RecordDraft] = []
    /// New records that the platform owns: from an operator's file only.
    package private(set) var systemCreates: [RecordDraft] = []
    /// Records of which only the TTL changes, or how their data is written; and an SOA that the operator's file replaces.
    package private(set) var updates: [ZoneChangeSet.Update] = []
    package private(set) var deletes: [StoredRecord] = []
    package private(set) var unchangedCount = 0
    package private(set) var skippedCount: Int
    /// What the operator should know of the file, by line.
    package private(set) var warnings: [ZoneImportError.Line] = []
    /// Of a file that was signed elsewhere.
    package private(set) var signing: ZoneSigning?
    /// Whether the zone becomes presigned by this, or ceases to be.
    package let changesSigning: Bool

    private struct Key: Hashable {
        var name: String
        var type: RRType
        var rdata: [UInt8]

        init(_ record: StoredRecord) {
            (name, type, rdata) = (record.name, record.type, record.rdata)
        }

        init(_ draft: RecordDraft) {
            (name, type, rdata) = (draft.name, draft.type, draft.rdata)
        }
    }

    /// Plans the import of a file into a zone that has `existing` records.
    ///
    /// Whether the request may be made at all is the caller's business; see `ZoneImportRequest.refusal`.
    ///
    /// - Throws: `ZoneImportError` with everything that is wrong with the file, by line.
    package init(
        _ request: ZoneImportRequest,
        existing: [StoredRecord],
        zone: ZoneName,
        policy: ZonePolicy,
        standing: ZoneStanding
    ) throws(ZoneImportError) {
        let file = ZoneFileRecords(request, zone: zone, policy: policy)
        skippedCount = file.skippedCount
        changesSigning = request.isPresigned != standing.isPresigned
        var errors = file.errors
        var rows = Dictionary(existing.map { (Key($0), $0) }) { first, _ in first }
        let soa = existing.first { $0.type == .soa }
        let rule = SerialRule(standing, soa: soa)
        let added = match(file.entries, with: &rows, soa: soa, rule: rule, isExact: request.isExact)
        keepOrDelete(rows, existing, request, file.entries)
        errors += Self.faults(of: added, deleted: Set(deletes.map(\.id)), existing)
        if case .presigned(let allowsExpired) = request.signing, file.errors.isEmpty {
            errors += judge(file.entries, zone, standing.now, rule, allowsExpired: allowsExpired)
        } else if request.signing == .edited, let line = file.entries.first(where: { $0.draft.type == .rrsig })?.line {
            warnings.append(ZoneImportError.Line(line: line, reason: Self.unkeptSignatures))
        }
        if !errors.isEmpty {
            throw ZoneImportError(lines: errors.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
    }

    private static let unkeptSignatures =
        "the file is signed, but its zone is edited here: the serial moves on, and the SOA's signature fails. To serve "
        + "the zone as it was signed, import it with --presigned"

    /// Whether the zone has all of it already.
    package var isEmpty: Bool {
        !changesSigning && !changesRecords
    }

    private var changesRecords: Bool {
        !(creates.isEmpty && systemCreates.isEmpty && updates.isEmpty && deletes.isEmpty)
    }

    /// Judges a file that was signed elsewhere; returns its errors.
    private mutating func judge(
        _ entries: [ZoneFileRecords.Entry],
        _ zone: ZoneName,
        _ now: Timestamp,
        _ rule: SerialRule,
        allowsExpired: Bool
    ) -> [ZoneImportError.Line] {
        let check = SignedZoneCheck(entries, apex: zone.name, now: now, allowsExpired: allowsExpired)
        warnings = check.warnings.all
        var faults = check.faults
        if let soa = entries.first(where: { $0.draft.type == .soa }), let serial = ZoneSerial.of(soa: soa.draft.rdata) {
            signing = ZoneSigning(serial: serial, signaturesExpireAt: check.signaturesExpireAt)
            if let fault = rule.fault(of: serial, changes: changesRecords) {
                faults.add(soa.line, "\(zone.name.text) SOA: \(fault)")
            }
        }
        return faults.all
    }

    /// What the client is told.
    package func report(zoneName: String, dryRun: Bool) -> ZoneImportReport {
        let limit = ZoneImportReport.maximumEntries
        let creates = systemCreates + creates
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
            skippedCount: skippedCount,
            warnings: warnings,
            signing: signing
        )
    }

    /// Sorts the file's records into unchanged, updated and new ones; `rows` keeps what the file does not have.
    /// Returns the new ones with their lines.
    ///
    /// - Parameter isExact: whether the records are to be as the file writes them, down to the case of names.
    private mutating func match(
        _ entries: [ZoneFileRecords.Entry],
        with rows: inout [Key: StoredRecord],
        soa: StoredRecord?,
        rule: SerialRule,
        isExact: Bool
    ) -> [ZoneFileRecords.Entry] {
        var added: [ZoneFileRecords.Entry] = []
        var seen: Set<Key> = []
        for entry in entries {
            let key = Key(entry.draft)
            guard seen.insert(key).inserted else {
                skippedCount += 1
                continue
            }
            if let row = rows.removeValue(forKey: key) {
                note(row, entry.draft, isExact: isExact)
            } else if entry.draft.type == .soa, let soa {
                rows.removeValue(forKey: Key(soa))
                if !isExact, rule.isUnchanged(soa, by: entry.draft) {
                    note(soa, entry.draft, isExact: false)
                } else {
                    updates.append(ZoneChangeSet.Update(before: soa, after: entry.draft))
                }
            } else {
                added.append(entry)
                if entry.isSystem {
                    systemCreates.append(entry.draft)
                } else {
                    creates.append(entry.draft)
                }
            }
        }
        return added
    }

    private mutating func note(_ row: StoredRecord, _ draft: RecordDraft, isExact: Bool) {
        var after = draft
        if !isExact {
            // The content may be written differently and mean the same: then it stays as the customer wrote it.
            (after.content, after.priority, after.regions) = (row.content, row.priority, row.regions)
            after.rdata = row.rdata
        }
        let update = ZoneChangeSet.Update(before: row, after: after)
        if update.changesSomething {
            updates.append(update)
        } else {
            unchangedCount += 1
        }
    }

    /// Of the rows that the file does not have, customers' records go in a replacing import, and the platform's NS
    /// records when an operator's file brings others. A presigned file is all that is left of the zone.
    private mutating func keepOrDelete(
        _ rows: [Key: StoredRecord],
        _ existing: [StoredRecord],
        _ request: ZoneImportRequest,
        _ entries: [ZoneFileRecords.Entry]
    ) {
        let bringsServers = entries.contains { $0.isSystem && $0.draft.type == .ns }
        deletes = existing.filter { row in
            guard rows[Key(row)] != nil else {
                return false
            }
            if request.isExact || request.signing == .dropped && RecordTypePolicy.isMadeBySigning(row.type) {
                return true
            }
            if row.type.isPlatformMade {
                // A zone file has no way to say them, so that it says nothing of them by leaving them out.
                return false
            }
            return row.isSystem ? bringsServers && row.type == .ns : request.mode == .replace
        }
    }

    /// Breaches of the rules between records, by line.
    private static func faults(
        of added: [ZoneFileRecords.Entry],
        deleted: Set<Int64>,
        _ existing: [StoredRecord]
    ) -> [ZoneImportError.Line] {
        var state = ZoneState()
        for row in existing where !deleted.contains(row.id) {
            state.insert(name: row.name, type: row.type, rdata: row.rdata)
        }
        var faults: [ZoneImportError.Line] = []
        for entry in added {
            do {
                try state.add(entry.draft)
            } catch {
                faults.append(line(entry, error))
            }
        }
        for entry in added {
            if let fault = state.finalFault(of: entry.draft) {
                faults.append(line(entry, fault))
            }
        }
        return faults
    }

    private static func line(_ entry: ZoneFileRecords.Entry, _ errors: ValidationErrors) -> ZoneImportError.Line {
        let name = entry.draft.name.isEmpty ? "@" : entry.draft.name
        let reason = errors["base"].joined(separator: "; ")
        return ZoneImportError.Line(line: entry.line, reason: "\(name) \(entry.draft.type): \(reason)")
    }
}

extension ZoneImportReport.Entry {
    init(_ draft: RecordDraft) {
        self.init(
            name: draft.name,
            type: draft.type.apiName,
            content: draft.content,
            ttl: draft.ttl,
            priority: draft.priority
        )
    }

    init(_ row: StoredRecord) {
        self.init(
            name: row.name,
            type: row.type.apiName,
            content: row.content,
            ttl: row.ttl,
            priority: row.priority
        )
    }
}
