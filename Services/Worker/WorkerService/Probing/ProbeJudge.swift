// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database

/// Compares answers with what is published. Pure.
enum ProbeJudge {
    /// How an answer to the question for the zone's SOA record differs; nil when it is as it should be.
    static func judge(_ answer: Message, apex: Name, zone: ProbeZone) -> String? {
        let soa = answer.answers.first { $0.type == .soa && $0.owner == apex }
        guard zone.isLive else {
            // Of a zone that is gone the one above may tell.
            return answer.header.isAuthoritative && soa != nil ? "is served, although it was removed" : nil
        }
        guard answer.rcode == .noError else { return "answers \(answer.rcode)" }
        guard answer.header.isAuthoritative, let soa, let serial = serial(of: soa) else {
            return "answers without authority or SOA record"
        }
        return serial == zone.serial ? nil : "serial \(serial) instead of \(zone.serial)"
    }

    /// How an answer to the question for an RRset differs; nil when it is as it should be, or when the answer comes from
    /// another place of the zone: a zone cut or DNAME record above the owner hides what is below.
    static func judge(_ answer: Message, owner: Name, type: RRType, body: String) -> String? {
        guard answer.header.isAuthoritative || answer.rcode != .noError,
            !answer.answers.contains(where: { $0.type == .dname && $0.owner != owner })
        else { return nil }
        guard answer.rcode == .noError else { return "answers \(answer.rcode)" }
        let expected: [ResourceRecord]
        do throws(TextError) {
            expected = try body.split(separator: "\n").map { line throws(TextError) in try ResourceRecord(line: line) }
        } catch {
            return nil
        }
        let seen = answer.answers.filter { $0.owner == owner && $0.type == type }
        guard !seen.isEmpty else { return "answers without the RRset" }
        guard canonical(seen) == canonical(expected) else { return "answers other data" }
        guard seen.allSatisfy({ record in record.ttl == expected.first?.ttl }) else {
            return "TTL \(seen[0].ttl) instead of \(expected.first?.ttl ?? 0)"
        }
        return nil
    }

    private static func canonical(_ records: [ResourceRecord]) -> Set<[UInt8]> {
        Set(records.map { RDataCanonical.canonical($0.type, $0.rdata) })
    }

    /// SERIAL is the first of the five numbers that end the RDATA (RFC 1035 3.3.13).
    private static func serial(of soa: ResourceRecord) -> UInt32? {
        guard soa.rdata.count >= 22 else { return nil }
        return soa.rdata.dropLast(16).suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
