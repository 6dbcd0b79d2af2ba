// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// The records that the platform puts into a new zone.
package enum PlatformRecords {
    /// Refresh, retry, expire and negative-caching time of a new SOA, in seconds.
    private static let timers = "86400 7200 604800 300"
    private static let ttl: Int32 = 3_600

    /// The SOA, with `serial` as its serial number, and an NS record a name server.
    ///
    /// - Throws: `TextError` when the policy's names are none.
    package static func records(policy: ZonePolicy, serial: UInt32) throws -> [RecordDraft] {
        guard let primary = policy.nameServers.first else {
            throw TextError(offset: 0, reason: .missing("a name server"))
        }
        let soa = "\(primary) \(policy.mailbox) \(serial) \(timers)"
        var records = [try draft(.soa, soa)]
        for server in policy.nameServers {
            records.append(try draft(.ns, server))
        }
        return records
    }

    private static func draft(_ type: RRType, _ content: String) throws -> RecordDraft {
        let rdata = try RecordRData.wire(type: type, content: content, priority: nil, zone: .root)
        return RecordDraft(name: "", type: type, rdata: rdata, ttl: ttl)
    }
}
