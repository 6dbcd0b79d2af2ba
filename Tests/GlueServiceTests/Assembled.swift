// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore

/// RRsets read back from published bodies, as a follower reads them.
struct Assembled {
    let rrsets: [RRset]

    init(_ bodies: [String]) throws {
        rrsets = try bodies.map { body in
            let records = try body.split(separator: "\n").map { try ResourceRecord(line: $0) }
            return RRset(
                owner: records[0].owner,
                type: records[0].type,
                ttl: records[0].ttl,
                rdatas: records.map(\.rdata)
            )
        }
    }
}
