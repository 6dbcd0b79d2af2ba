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
        let rendered = try rrsets(input)
        var hash = isLive ? try publishedHash(input) : Hash256.zero
        var recordCount = isLive ? input.published?.recordCount ?? 0 : 0
        var written: [Publication.RRsetWrite] = []
        var keys: Set<PublishedRRsetKey> = []
        for rrset in rendered.rrsets {
            let key = PublishedRRsetKey(owner: rrset.owner.text, type: Int32(rrset.type.rawValue))
            let digest = ZoneDigest.rrset(rrset)
            keys.insert(key)
            if let old = input.rrsets[key] {
                if old.hash == digest.bytes { continue }
                try remove(old, from: &hash)
                recordCount -= Int64(old.recordCount)
            }
            hash = hash &+ digest
            recordCount += Int64(rrset.rdatas.count)
            written.append(
                Publication.RRsetWrite(
                    key: key,
                    recordCount: Int32(rrset.rdatas.count),
                    hash: digest.bytes,
                    body: body(of: rrset)
                )
            )
        }
        let removed = input.rrsets.keys.filter { !keys.contains($0) }.sorted {
            ($0.owner, $0.type) < ($1.owner, $1.type)
        }
        for key in removed {
            guard let old = input.rrsets[key] else { continue }
            try remove(old, from: &hash)
            recordCount -= Int64(old.recordCount)
        }
        return Publication(
            zone: PublishedZone(
                id: input.intent.id,
                name: input.intent.name,
                version: max(input.intent.version, (input.published?.version ?? 0) + 1),
                serial: rendered.serial,
                isLive: true,
                recordCount: recordCount,
                hash: hash.bytes
            ),
            baseVersion: isLive ? input.published?.version : nil,
            written: written,
            removed: removed,
            diff: isLive ? diff(removed: removed, written: written) : nil,
            added: written.reduce(0) { $0 + Int($1.recordCount) },
            lane: input.lane
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
        var groups: [RRsetKey: (ttl: Int32, rdatas: [[UInt8]])] = [:]
        for record in input.records {
            let (key, rdata) = try render(record, apex: input.apex)
            groups[key, default: (record.ttl, [])].rdatas.append(rdata)
            if let ttl = groups[key]?.ttl { groups[key]?.ttl = min(ttl, record.ttl) }
        }
        let authority = RRsetKey(owner: input.apex, type: .soa)
        guard var soa = groups[authority]?.rdatas, soa.count == 1, soa[0].count >= 22 else {
            throw RenderError("the zone does not have exactly one SOA record at its apex")
        }
        // SERIAL is the first of the five numbers that end the RDATA (RFC 1035 3.3.13).
        let place = soa[0].count - 20
        let wanted = ZoneSerial.of(soa: soa[0]) ?? 0
        var serial = wanted
        // The signature of a presigned zone's SOA covers its serial.
        if !input.intent.isPresigned {
            serial = SerialNumber.next(after: input.published?.serial, wanted: wanted, now: input.now)
            for index in 0..<4 { soa[0][place + index] = UInt8(truncatingIfNeeded: serial >> UInt32(24 - index * 8)) }
            groups[authority]?.rdatas = soa
        }
        try checkAliases(groups.keys)
        let sorted = groups.sorted { ($0.key.owner, $0.key.type.rawValue) < ($1.key.owner, $1.key.type.rawValue) }
        let rrsets = sorted.map { key, group in
            RRset(owner: key.owner, type: key.type, ttl: UInt32(max(group.ttl, 0)), rdatas: group.rdatas)
        }
        return (rrsets, serial)
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

    private static func publishedHash(_ input: RenderInput) throws(RenderError) -> Hash256 {
        guard let hash = Hash256(bytes: input.published?.hash ?? []) else {
            throw RenderError("the published hash does not have 32 octets")
        }
        return hash
    }

    private static func remove(_ rrset: PublishedRRset, from hash: inout Hash256) throws(RenderError) {
        guard let digest = Hash256(bytes: rrset.hash) else {
            throw RenderError("a published digest does not have 32 octets")
        }
        hash = hash &- digest
    }

    private static func body(of rrset: RRset) -> String {
        var text: [UInt8] = []
        for rdata in rrset.rdatas {
            let record = ResourceRecord(owner: rrset.owner, type: rrset.type, ttl: rrset.ttl, rdata: rdata)
            record.appendLine(to: &text)
            text.append(UInt8(ascii: "\n"))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func diff(removed: [PublishedRRsetKey], written: [Publication.RRsetWrite]) -> String? {
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
