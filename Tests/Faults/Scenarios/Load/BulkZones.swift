// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import ZoneStore
import ZoneSync

/// Puts very many published zones into the database, as if each had been made by the API and published.
struct BulkZones {
    /// Above all numbers that the API gives.
    private static let firstGeneration = 1_000_000
    private static let zonesPerFile = 20_000

    let stack: FaultStack
    let count: Int

    /// Records of each zone.
    static let records = 10

    /// Copies the rows, and waits for the indexes.
    func load() async throws {
        // Millions of rows go in faster without their index.
        try await stack.execute("ALTER TABLE distribution.rrset DROP CONSTRAINT rrset_pkey")
        for start in stride(from: 0, to: count, by: Self.zonesPerFile) {
            let end = min(count, start + Self.zonesPerFile)
            let middle = (start + end) / 2
            // Making the rows is a matter of digests: each half on a thread of its own.
            async let first = onThread { try Self.rows(start..<middle) }
            async let second = onThread { try Self.rows(middle..<end) }
            let (zones, rrsets) = try await (first.zones + second.zones, first.rrsets + second.rrsets)
            try await copy(zones, to: "zone (zone_id, name, version, serial, live, rr_count, hash, log_id)")
            try await copy(rrsets, to: "rrset (zone_id, owner, type, rr_count, hash, body)")
        }
        try await stack.execute(
            "ALTER TABLE distribution.rrset ADD CONSTRAINT rrset_pkey PRIMARY KEY (zone_id, owner, type)",
            "ANALYZE distribution.zone, distribution.rrset"
        )
    }

    private func copy(_ rows: String, to table: String) async throws {
        let file = "\(stack.folder)/rows"
        try Data(rows.utf8).write(to: URL(fileURLWithPath: file))
        try await stack.cluster.sql("\\copy distribution.\(table) FROM '\(file)'")
        try FileManager.default.removeItem(atPath: file)
    }

    private static func rows(_ range: Range<Int>) throws -> (zones: String, rrsets: String) {
        var zones = ""
        var rrsets = ""
        for index in range {
            let zone = "z\(index).example"
            let groups = lines(of: "\(zone).", index)
            var sum = Hash256.zero
            for lines in groups {
                let records = try lines.map { try ResourceRecord(line: $0) }
                let rrset = RRset(
                    owner: records[0].owner,
                    type: records[0].type,
                    ttl: records[0].ttl,
                    rdatas: records.map(\.rdata)
                )
                let hash = ZoneDigest.zone([rrset])
                sum = sum &+ hash
                let body = lines.joined(separator: "\\n") + "\\n"
                let owner = lines[0].prefix { $0 != " " }
                rrsets +=
                    "\(firstGeneration + index)\t\(owner)\t\(rrset.type.rawValue)\t\(lines.count)\t\\\\x\(hash)\t\(body)\n"
            }
            zones += "\(firstGeneration + index)\t\(zone)\t1\t1\tt\t\(records)\t\\\\x\(sum)\t0\n"
        }
        return (zones, rrsets)
    }

    /// The lines of each RRset.
    private static func lines(of zone: String, _ index: Int) -> [[String]] {
        [
            ["\(zone) 3600 IN SOA ns1.example.net. hostmaster.\(zone) 1 86400 7200 604800 300"],
            ["\(zone) 3600 IN NS ns1.example.net.", "\(zone) 3600 IN NS ns2.example.net."],
            ["\(zone) 300 IN A 192.0.2.\(index % 250)"],
            ["\(zone) 3600 IN MX 10 mail.\(zone)"],
            ["\(zone) 3600 IN TXT \"v=spf1 mx -all\""],
            ["mail.\(zone) 300 IN A 198.51.100.\(index % 250)"],
            ["mail.\(zone) 300 IN AAAA 2001:db8::\(String(index % 65_535 + 1, radix: 16))"],
            ["www.\(zone) 300 IN CNAME \(zone)"],
            ["h0.\(zone) 300 IN A 203.0.113.\(index % 250)"],
        ]
    }
}
