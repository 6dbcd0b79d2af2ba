// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

@testable import ZoneStore

/// What a transfer's walk gives in one call, as objects.
struct WalkedPiece {
    /// The owners, each once, in the order of the walk.
    private(set) var owners: [Name] = []
    /// Their RRsets in the order of the walk.
    private(set) var rrsets: [RRset] = []
    /// Whether the walk has come to its end.
    let isOver: Bool

    /// Walks on over at most `limit` owners; one more is looked at and left.
    init(_ walk: inout TransferWalk, apex: Name, limit: Int = .max) throws {
        var owners: [Name] = []
        var rrsets: [RRset] = []
        isOver = try walk.forEach { owner in
            guard owners.count < limit else { return false }
            let name = Name(validated: unsafe [UInt8](owner.labels) + apex.wire)
            var sets: [(type: UInt16, ttl: UInt32, rdatas: [[UInt8]])] = []
            let isWhole = try unsafe owner.forEachRecord { type, ttl, rdata in
                if sets.last?.type != type { sets.append((type, ttl, [])) }
                unsafe sets[sets.count - 1].rdatas.append([UInt8](rdata))
                return true
            }
            owners.append(name)
            rrsets += sets.map { RRset(owner: name, type: RRType(rawValue: $0.type), ttl: $0.ttl, rdatas: $0.rdatas) }
            return isWhole
        }
        self.owners = owners
        self.rrsets = rrsets
    }
}
