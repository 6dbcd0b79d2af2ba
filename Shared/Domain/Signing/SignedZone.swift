// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// A zone file by owner, for the checks of a signed zone.
struct SignedZone {
    let apex: Name
    /// In canonical order (RFC 4034 6.1).
    private(set) var nodes: [SignedNode] = []
    private(set) var keys = ZoneKeys()
    /// RDATA of the apex's NSEC3PARAM records.
    private(set) var parameters: [(line: Int, rdata: [UInt8])] = []

    init(_ entries: [ZoneFileRecords.Entry], apex: Name) {
        self.apex = apex
        var places: [Name: Int] = [:]
        for entry in entries {
            if nodes.last?.owner == entry.owner {
                nodes[nodes.count - 1].add(entry)
            } else if let place = places[entry.owner] {
                nodes[place].add(entry)
            } else {
                places[entry.owner] = nodes.count
                nodes.append(SignedNode(owner: entry.owner, line: entry.line))
                nodes[nodes.count - 1].add(entry)
            }
            if entry.owner == apex {
                noteApex(entry)
            }
        }
        nodes.sort { $0.owner < $1.owner }
        classify()
    }

    /// The apex with what stands there; nil when the file has nothing there.
    var apexNode: SignedNode? {
        nodes.first.flatMap { $0.owner == apex ? $0 : nil }
    }

    private mutating func noteApex(_ entry: ZoneFileRecords.Entry) {
        switch entry.draft.type {
        case .dnskey: keys.insert(rdata: entry.draft.rdata)
        case .nsec3param: parameters.append((entry.line, entry.draft.rdata))
        default: break
        }
    }

    /// What lies below a name follows it in canonical order, so that one cut at a time need be remembered.
    private mutating func classify() {
        var cover: Name?
        for index in nodes.indices {
            let node = nodes[index]
            if node.has(.nsec3) {
                nodes[index].kind = .hashed
                continue
            }
            if let cover, node.owner.isSubdomain(of: cover) {
                nodes[index].kind = .hidden
                continue
            }
            if node.has(.ns), node.owner != apex {
                nodes[index].kind = .cut
                cover = node.owner
            } else {
                cover = node.has(.dname) ? node.owner : nil
            }
        }
    }
}
