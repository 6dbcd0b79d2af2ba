// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// The records of a zone file that have passed every rule that a record must keep by itself.
struct ZoneFileRecords {
    /// A record and the line it stands on.
    struct Entry {
        var line: Int
        var owner: Name
        var draft: RecordDraft
        /// The SOA or an apex NS record: what the platform owns.
        var isSystem: Bool
    }

    private(set) var entries: [Entry] = []
    private(set) var skippedCount = 0
    /// In line order as far as they are about one line.
    private(set) var errors: [ZoneImportError.Line] = []

    private let zone: ZoneName
    private let policy: ZonePolicy
    private let isOperator: Bool
    private let dropsSignatures: Bool
    private var soa: [UInt8]?

    init(_ request: ZoneImportRequest, zone: ZoneName, policy: ZonePolicy) {
        self.zone = zone
        self.policy = policy
        isOperator = request.authority == .operator
        dropsSignatures = request.signing == .dropped
        let file = MasterFileContents(text: request.file, origin: zone.name)
        errors = file.errors.map {
            ZoneImportError.Line(line: $0.line, column: $0.column, reason: $0.reason.description)
        }
        if file.omittedErrorCount > 0 {
            errors.append(ZoneImportError.Line(line: 0, reason: "\(file.omittedErrorCount) more errors"))
        }
        if file.records.isEmpty, errors.isEmpty {
            errors.append(ZoneImportError.Line(line: 0, reason: "the file has no records"))
        }
        if !isOperator, file.records.count > policy.maximumImportRecords {
            let reason = "the file has more than \(policy.maximumImportRecords) records"
            errors.append(ZoneImportError.Line(line: 0, reason: reason))
            return
        }
        entries.reserveCapacity(file.records.count)
        for record in file.records {
            take(record)
        }
    }

    private struct Refusal: Error {
        var reason: String
    }

    private mutating func take(_ entry: MasterFileRecord) {
        do {
            try take(entry.record, line: entry.line)
        } catch {
            errors.append(ZoneImportError.Line(line: entry.line, reason: error.reason))
        }
    }

    private mutating func take(_ record: ResourceRecord, line: Int) throws(Refusal) {
        guard record.rrclass == .internet else {
            throw Refusal(reason: "only the class IN can be imported")
        }
        guard record.owner.isSubdomain(of: zone.name) else {
            throw Refusal(reason: "the owner \(record.owner.text) is out of the zone")
        }
        let isApex = record.owner == zone.name
        let isSystem = record.type == .soa || record.type == .ns && isApex
        if record.type == .soa {
            try checkSOA(record, isApex: isApex)
        }
        if isSystem, !isOperator || record.type == .soa && soa != nil {
            skippedCount += 1
            return
        }
        if dropsSignatures, RecordTypePolicy.isMadeBySigning(record.type) {
            skippedCount += 1
            return
        }
        try check(record, isApex: isApex)
        if record.type == .soa {
            soa = RDataCanonical.canonical(.soa, record.rdata)
        }
        let name = RecordName.relative(record.owner, in: zone)
        let ttl = Int32(clamping: record.ttl)
        let draft = RecordDraft(name: name, type: record.type, rdata: record.rdata, ttl: ttl)
        entries.append(Entry(line: line, owner: record.owner, draft: draft, isSystem: isSystem))
    }

    /// A transfer prints the SOA at both ends; anything else at a second place is a mistake.
    private func checkSOA(_ record: ResourceRecord, isApex: Bool) throws(Refusal) {
        guard isApex else {
            throw Refusal(reason: "an SOA record can only stand at the apex")
        }
        if let soa, soa != RDataCanonical.canonical(.soa, record.rdata) {
            throw Refusal(reason: "the file has two different SOA records")
        }
    }

    private func check(_ record: ResourceRecord, isApex: Bool) throws(Refusal) {
        guard !record.type.isMeta else {
            throw Refusal(reason: "records of type \(record.type) cannot be in a zone")
        }
        guard !isApex || record.type != .cname else {
            throw Refusal(reason: "CNAME records are not allowed at the apex of a zone")
        }
        guard !isOperator else {
            return
        }
        guard !RecordTypePolicy.isPlatformType(record.type) else {
            throw Refusal(reason: "records of type \(record.type) are made by the platform")
        }
        guard !isApex || record.type != .ds else {
            throw Refusal(reason: "DS records belong to the parent zone, not to the apex")
        }
        guard (policy.minimumTTL...policy.maximumTTL).contains(Int64(record.ttl)) else {
            throw Refusal(reason: "the TTL must be between \(policy.minimumTTL) and \(policy.maximumTTL)")
        }
        guard record.rdata.count <= policy.maximumContentLength else {
            throw Refusal(reason: "the data is longer than \(policy.maximumContentLength) octets")
        }
        let name = RecordName.relative(record.owner, in: zone)
        // The parser has checked the labels' lengths: most names need no second look.
        if name.utf8.allSatisfy({ RecordName.isOwnerOctet($0) || $0 == UInt8(ascii: ".") }) {
            return
        }
        do {
            _ = try RecordName.validated(name, in: zone)
        } catch {
            throw Refusal(reason: "the owner \(error["name"].first ?? "is invalid")")
        }
    }
}
