// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

@testable import Domain

/// A signed zone as a list of lines, to be spoilt line by line. The signatures are of the right form only: the checks do
/// not verify them.
struct SignedSample {
    /// 2026-11-23T09:00:00Z.
    static let now = Timestamp(seconds: 1_795_424_400)
    /// A key that ldns made, and its tag as ldns tells it.
    static let key = "256 3 13 dY/LpsR4KcIbXosLdH13qgc4XOW155TOJSKC3/fLjfrv9gw6KjCCXmjsbXHVKPAW/GZbF/PaAOsWnf2rUfviLA=="
    static let keyTag = 31_678

    private static let apex = "example.com."
    private static let inception = "20261120000000"
    private static let expiration = "20261220000000"

    private(set) var lines: [String] = []

    /// A zone with a wildcard, an alias, a delegation with glue, a signed one, a DNAME, and what lies below them.
    static func nsec(serial: Int = 7) -> SignedSample {
        var sample = SignedSample(serial: serial)
        let chain: [(owner: String, types: String)] = [
            ("example.com.", "NS SOA MX RRSIG NSEC DNSKEY"), ("alias.example.com.", "CNAME RRSIG NSEC"),
            ("cut.example.com.", "NS RRSIG NSEC"), ("dname.example.com.", "DNAME RRSIG NSEC"),
            ("safe.example.com.", "NS DS RRSIG NSEC"), ("*.w.example.com.", "TXT RRSIG NSEC"),
        ]
        for (index, link) in chain.enumerated() {
            let next = chain[(index + 1) % chain.count].owner
            sample.add(link.owner, "NSEC", "\(next) \(link.types)", ttl: 300)
        }
        return sample
    }

    /// The same zone with hashes, which need not be those of its names.
    static func nsec3(parameters: String = "1 0 0 -") -> SignedSample {
        var sample = SignedSample(serial: 7)
        sample.add("example.com.", "NSEC3PARAM", parameters)
        let hashes = ["0", "7", "g", "v"].map { String(repeating: $0, count: 31) + "0" }
        for (index, hash) in hashes.enumerated() {
            let next = hashes[(index + 1) % hashes.count].uppercased()
            sample.add("\(hash).example.com.", "NSEC3", "\(parameters) \(next) A RRSIG", ttl: 300)
        }
        return sample
    }

    private init(serial: Int) {
        add(Self.apex, "SOA", "ns.example.com. admin.example.com. \(serial) 7200 3600 1209600 300")
        add(Self.apex, "NS", "ns.cut.example.com.")
        add(Self.apex, "MX", "10 Mail.example.net.")
        add(Self.apex, "DNSKEY", Self.key)
        add("alias.example.com.", "CNAME", "www.example.net.")
        lines.append("cut.example.com. 3600 IN NS ns.cut.example.com.")
        lines.append("ns.cut.example.com. 3600 IN A 192.0.2.1")
        lines.append("deep.ns.cut.example.com. 3600 IN TXT occluded")
        add("dname.example.com.", "DNAME", "example.net.")
        lines.append("below.dname.example.com. 3600 IN A 192.0.2.2")
        lines.append("safe.example.com. 3600 IN NS ns.example.net.")
        add("safe.example.com.", "DS", "1 13 2 \(String(repeating: "ab", count: 32))")
        add("*.w.example.com.", "TXT", "wild")
    }

    /// Adds a record and its signature.
    mutating func add(_ owner: String, _ type: String, _ content: String, ttl: Int = 3_600) {
        lines.append("\(owner) \(ttl) IN \(type) \(content)")
        let labels = owner.split(separator: ".").count { $0 != "*" }
        lines.append(
            "\(owner) \(ttl) IN RRSIG \(type) 13 \(labels) \(ttl) \(Self.expiration) \(Self.inception) \(Self.keyTag) "
                + "\(Self.apex) AAAA"
        )
    }

    /// The sample with `text` replaced in the lines that have `mark`.
    func replacing(_ text: String, with other: String, in mark: String = "") -> SignedSample {
        var sample = self
        sample.lines = lines.map { line in
            guard line.contains(mark) || mark.isEmpty, let range = line.ranges(of: text).first else { return line }
            var line = line
            line.replaceSubrange(range, with: other)
            return line
        }
        return sample
    }

    /// The sample without the lines that have all of `marks`.
    func without(_ marks: String...) -> SignedSample {
        var sample = self
        sample.lines.removeAll { line in marks.allSatisfy { line.contains($0) } }
        return sample
    }

    func adding(_ line: String) -> SignedSample {
        var sample = self
        sample.lines.append(line)
        return sample
    }

    var request: ZoneImportRequest {
        request(allowsExpired: false)
    }

    func request(allowsExpired: Bool) -> ZoneImportRequest {
        ZoneImportRequest(
            file: Array(lines.joined(separator: "\n").utf8),
            mode: .replace,
            authority: .operator,
            signing: .presigned(allowsExpired: allowsExpired)
        )
    }

    /// The plan of the sample's import into a zone.
    func plan(
        existing: [StoredRecord] = [],
        isPresigned: Bool = false,
        publishedSerial: UInt32? = nil,
        now: Timestamp = SignedSample.now,
        allowsExpired: Bool = false
    ) throws(ZoneImportError) -> ZoneImportPlan {
        try ZoneImportPlan(
            request(allowsExpired: allowsExpired),
            existing: existing,
            zone: Samples.zone,
            policy: Samples.policy,
            standing: ZoneStanding(isPresigned: isPresigned, publishedSerial: publishedSerial, now: now)
        )
    }

    /// Why the sample is refused; nothing when it is not.
    func faults(now: Timestamp = SignedSample.now) -> [String] {
        do {
            _ = try plan(now: now)
            return []
        } catch {
            return error.lines.map(\.reason)
        }
    }

    /// The rows that the sample's import leaves.
    func rows() throws -> [StoredRecord] {
        let plan = try plan()
        let drafts = plan.systemCreates + plan.creates
        return drafts.enumerated().map { index, draft in
            StoredRecord(
                id: Int64(index + 1),
                name: draft.name,
                type: draft.type,
                content: draft.content,
                ttl: draft.ttl,
                priority: draft.priority,
                regions: draft.regions,
                isSystem: index < plan.systemCreates.count,
                rdata: draft.rdata,
                createdAt: Timestamp(seconds: 0),
                updatedAt: Timestamp(seconds: 0)
            )
        }
    }
}
