// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

@testable import Domain

/// What many suites start from.
enum Samples {
    static let zone = ZoneName(Name(validated: [7] + Array("example".utf8) + [3] + Array("com".utf8) + [0]))
    static let policy = ZonePolicy(nameServers: ["ns1.host.example"], mailbox: "hostmaster.host.example")
    static let standing = ZoneStanding(now: Timestamp(seconds: 1_795_000_000))
    static let rules = RecordRules(zone: zone, policy: policy)

    /// A row as the database would have it.
    static func row(
        _ id: Int64,
        _ name: String,
        _ type: RRType,
        _ content: String,
        ttl: Int32 = 3_600,
        priority: Int32? = nil,
        isSystem: Bool = false
    ) throws -> StoredRecord {
        let rdata = try RecordRData.wire(type: type, content: content, priority: priority, zone: zone.name)
        return StoredRecord(
            id: id,
            name: name,
            type: type,
            content: content,
            ttl: ttl,
            priority: priority,
            regions: ["global"],
            isSystem: isSystem,
            rdata: RDataCanonical.canonical(type, rdata),
            createdAt: Timestamp(seconds: 0),
            updatedAt: Timestamp(seconds: 0)
        )
    }

    /// The platform's rows of a new zone.
    static func platformRows() throws -> [StoredRecord] {
        [
            try row(1, "", .soa, "ns1.host.example hostmaster.host.example 1 86400 7200 604800 300", isSystem: true),
            try row(2, "", .ns, "ns1.host.example", isSystem: true),
        ]
    }
}
