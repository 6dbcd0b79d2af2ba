// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
package import Database
import Domain
import ZoneStore
import ZoneSync

/// Makes RRsets of records and finds out what differs from what is published. Pure: no database, no clock.
package enum ZoneRenderer {
    /// A longer diff is not kept: such a zone is sent whole.
    package static let longestDiff = 1 << 20

    /// The publication that brings `input.published` to `input.intent`.
    package static func publication(_ input: RenderInput) throws(RenderError) -> Publication {
        let isLive = input.published?.isLive ?? false
        let (rendered, serial) = try rrsets(input)
        var hash = isLive ? try digest(input.published?.hash ?? []) : Hash256.zero
        var recordCount = isLive ? input.published?.recordCount ?? 0 : 0
        var written: [Publication.RRsetWrite] = []
        var keys: [PublishedRRsetKey: RenderedRRset] = [:]
        for rrset in rendered {
            let rrset = RenderedRRset(rrset)
            keys[rrset.key] = rrset
            if let old = input.rrsets[rrset.key] {
                if old.hash == rrset.digest.bytes { continue }
                hash = hash &- (try digest(old.hash))
                recordCount -= Int64(old.recordCount)
            }
            hash = hash &+ rrset.digest
            recordCount += Int64(rrset.recordCount)
            written.append(rrset.write)
        }
        let removed = input.rrsets.keys.filter { keys[$0] == nil }.sorted {
            ($0.owner, $0.type) < ($1.owner, $1.type)
        }
        for key in removed {
            guard let old = input.rrsets[key] else { continue }
            hash = hash &- (try digest(old.hash))
            recordCount -= Int64(old.recordCount)
        }
        let regional = try regional(input, base: keys, hash: hash, recordCount: recordCount)
        return Publication(
            zone: PublishedZone(
                id: input.intent.id,
                name: input.intent.name,
                version: max(input.intent.version, (input.published?.version ?? 0) + 1),
                serial: serial,
                isLive: true,
                recordCount: recordCount,
                hash: hash.bytes,
                regions: regional.filter(\.isOwn).map(\.region)
            ),
            baseVersion: isLive ? input.published?.version : nil,
            written: written,
            removed: removed,
            diff: isLive ? diff(removed: removed, written: written) : nil,
            added: written.reduce(0) { $0 + Int($1.recordCount) },
            lane: input.lane,
            regional: regional
        )
    }

    /// The publication that takes a zone off; nil when it is off already.
    package static func removal(of published: PublishedZone?, version: Int64, lane: Int16) -> Publication? {
        guard let published, published.isLive else { return nil }
        return Publication(
            zone: PublishedZone(
                id: published.id,
                name: published.name,
                version: max(version, published.version + 1),
                serial: published.serial,
                isLive: false,
                recordCount: 0,
                hash: Hash256.zero.bytes
            ),
            baseVersion: nil,
            written: [],
            removed: [],
            diff: nil,
            added: 0,
            lane: lane
        )
    }

    /// The RRsets at the touched owners, in the order of owner and type, and the zone's new serial.
    private static func rrsets(_ input: RenderInput) throws(RenderError) -> (rrsets: [RRset], serial: UInt32) {
        // The zone's SOA is the same everywhere, whatever its record is limited to.
        var groups = try groups(input.records.filter { $0.regions == nil || $0.type == "SOA" }, apex: input.apex)
        let authority = RRsetKey(owner: input.apex, type: .soa)
        guard var soa = groups[authority]?.rdatas, soa.count == 1, soa[0].count >= 22 else {
            throw RenderError("the zone does not have exactly one SOA record at its apex")
        }
        // SERIAL is the first of the five numbers that end the RDATA (RFC 1035 3.3.13).
        let place = soa[0].count - 20
        let wanted = ZoneSerial.of(soa: soa[0]) ?? 0
        var serial = wanted
        // The signature of a presigned zone's SOA covers its serial, and that of a transferred one is its primary's.
        if !input.intent.keepsSerial {
            serial = SerialNumber.next(after: input.published?.serial, wanted: wanted, now: input.now)
            for index in 0..<4 { soa[0][place + index] = UInt8(truncatingIfNeeded: serial >> UInt32(24 - index * 8)) }
            groups[authority]?.rdatas = soa
        }
        return (try sortedRRsets(groups), serial)
    }

    typealias Groups = [RRsetKey: (ttl: Int32, rdatas: [[UInt8]])]

    /// The records by owner and type.
    static func groups(_ records: [RecordIntent], apex: Name) throws(RenderError) -> Groups {
        var groups: Groups = [:]
        for record in records {
            let (key, rdata) = try render(record, apex: apex)
            groups[key, default: (record.ttl, [])].rdatas.append(rdata)
            if let ttl = groups[key]?.ttl { groups[key]?.ttl = min(ttl, record.ttl) }
        }
        return groups
    }

    /// RRsets in the order of owner and type.
    static func sortedRRsets(_ groups: Groups) throws(RenderError) -> [RRset] {
        try checkAliases(groups.keys)
        let sorted = groups.sorted { ($0.key.owner, $0.key.type.rawValue) < ($1.key.owner, $1.key.type.rawValue) }
        return sorted.map { key, group in
            RRset(owner: key.owner, type: key.type, ttl: UInt32(max(group.ttl, 0)), rdatas: group.rdatas)
        }
    }

    private static func render(_ record: RecordIntent, apex: Name) throws(RenderError) -> (RRsetKey, [UInt8]) {
        guard let type = RRType(mnemonic: record.type), !type.isMeta else {
            throw RenderError("the record type \(record.type) cannot be published")
        }
        do {
            let owner = try owner(record.name, apex: apex)
            let rdata = try RecordRData.wire(
                type: type,
                content: record.content,
                priority: record.priority,
                zone: apex
            )
            return (RRsetKey(owner: owner, type: type), rdata)
        } catch {
            throw RenderError("the \(record.type) record at \"\(record.name)\" is not valid: \(error)")
        }
    }

    /// The absolute lower-case name of an owner relative to the apex.
    static func owner(_ relative: String, apex: Name) throws(TextError) -> Name {
        relative.isEmpty ? apex : try Name(text: relative, origin: apex).lowercased()
    }

    /// A name with a CNAME record has no other data (RFC 1034 3.6.2), and one CNAME only is checked by its RRset.
    private static func checkAliases(_ keys: some Collection<RRsetKey>) throws(RenderError) {
        let aliases = Set(keys.filter { $0.type == .cname }.map(\.owner))
        guard !aliases.isEmpty else { return }
        for key in keys where aliases.contains(key.owner) && key.type != .cname {
            switch key.type {
            case .rrsig, .nsec, .sig, .nxt, .key: continue
            default: throw RenderError("\(key.owner.text) has a CNAME record and other data")
            }
        }
    }

    /// The body of a DIFF message; nil when it is too long to be kept.
    static func diff(removed: [PublishedRRsetKey], written: [Publication.RRsetWrite]) -> String? {
        var text = ""
        for key in removed {
            text += "-\(key.owner) \(RRType(rawValue: UInt16(truncatingIfNeeded: key.type)))\n"
        }
        for write in written {
            guard text.utf8.count + write.body.utf8.count + Int(write.recordCount) <= longestDiff else { return nil }
            for line in write.body.split(separator: "\n") { text += "+\(line)\n" }
        }
        return text
    }
}
