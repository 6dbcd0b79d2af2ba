// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// All records of one owner and type, in class IN (RFC 2181 5).
package struct RRset: Hashable, Sendable {
    /// The owner's name.
    package let owner: Name
    /// The type of the records.
    package let type: RRType
    /// The time to live of all of them, in seconds.
    package let ttl: UInt32
    /// The data of each record as uncompressed wire octets: in bytewise order, none twice.
    package let rdatas: [[UInt8]]

    /// An RRset of records in any order; those that occur twice collapse into one (RFC 2181 5).
    package init(owner: Name, type: RRType, ttl: UInt32, rdatas: [[UInt8]]) {
        self.owner = owner
        self.type = type
        self.ttl = ttl
        self.rdatas = rdatas.count < 2 || Self.isAscending(rdatas) ? rdatas : Self.sorted(rdatas)
    }

    /// What names the set within its zone.
    package var key: RRsetKey { RRsetKey(owner: owner, type: type) }

    private static func isAscending(_ rdatas: [[UInt8]]) -> Bool {
        zip(rdatas, rdatas.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) }
    }

    private static func sorted(_ rdatas: [[UInt8]]) -> [[UInt8]] {
        var unique: [[UInt8]] = []
        for rdata in rdatas.sorted(by: { $0.lexicographicallyPrecedes($1) }) where unique.last != rdata {
            unique.append(rdata)
        }
        return unique
    }

    /// Appends what the digest of the set is taken over: owner in lower case, type, TTL, then length and octets of each
    /// record's data.
    package func appendDigestInput(to input: inout [UInt8]) {
        let start = input.count
        input.append(contentsOf: owner.wire)
        for index in start..<input.count { input[index] = CaseFolding.lower(input[index]) }
        input.appendBigEndian(type.rawValue)
        input.appendBigEndian(ttl)
        for rdata in rdatas {
            input.appendBigEndian(UInt16(truncatingIfNeeded: rdata.count))
            input.append(contentsOf: rdata)
        }
    }
}

/// What names an RRset within its zone.
package struct RRsetKey: Hashable, Sendable {
    /// The owner's name.
    package let owner: Name
    /// The type of the records.
    package let type: RRType

    /// The key of the set of `type` at `owner`.
    package init(owner: Name, type: RRType) {
        self.owner = owner
        self.type = type
    }
}
