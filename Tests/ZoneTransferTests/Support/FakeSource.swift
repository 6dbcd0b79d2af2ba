// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore
import ZoneTransfer

/// A source of the zone `example.` that a test has made up.
final class FakeSource: TransferSource {
    /// Given out in pages of this size.
    var pageSize = 3
    /// The zone's RRsets.
    var rrsets: [RRset]
    /// What is kept, by the serial it begins at.
    var kept: [UInt32: [TransferDifference]] = [:]
    /// The most RRsets that were held by a caller's page at once, and how often a page was asked for.
    private(set) var pagesRead = 0

    /// A zone of record lines.
    init(_ lines: [String]) throws {
        rrsets = try Self.sets(lines)
    }

    /// RRsets of record lines: those of one owner and type make one.
    static func sets(_ lines: [String]) throws -> [RRset] {
        var order: [RRsetKey] = []
        var records: [RRsetKey: [ResourceRecord]] = [:]
        for line in lines {
            let record = try ResourceRecord(line: line)
            let key = RRsetKey(owner: record.owner, type: record.type)
            if records[key] == nil { order.append(key) }
            records[key, default: []].append(record)
        }
        return order.map { key in
            let members = records[key] ?? []
            return RRset(owner: key.owner, type: key.type, ttl: members.first?.ttl ?? 0, rdatas: members.map(\.rdata))
        }
    }

    func soa(of zone: Name) throws -> RRset? {
        rrsets.first { $0.type == .soa && $0.owner == zone }
    }

    func records(of zone: Name) throws -> any TransferContents {
        Pages(self, zone)
    }

    func differences(
        of zone: Name,
        since serial: UInt32,
        octets: Int
    ) throws -> (any TransferDifferences)? {
        kept[serial].map { Differences($0) }
    }

    private final class Differences: TransferDifferences {
        private var rest: ArraySlice<TransferDifference>

        init(_ differences: [TransferDifference]) {
            rest = differences[...]
        }

        func next() throws -> TransferDifference? { rest.popFirst() }
    }

    private final class Pages: TransferContents {
        let source: FakeSource
        let zone: Name
        var position = 0
        var page: ArraySlice<RRset> = []
        var written = 0

        init(_ source: FakeSource, _ zone: Name) {
            self.source = source
            self.zone = zone
        }

        func write(to message: inout TransferPacker) throws -> Bool {
            while true {
                while let rrset = page.first {
                    if rrset.type != .soa {
                        guard try message.append(rrset, apex: zone, written: &written) else { return false }
                    }
                    page.removeFirst()
                    written = 0
                }
                guard position < source.rrsets.count else { return true }
                source.pagesRead += 1
                page = source.rrsets.dropFirst(position).prefix(source.pageSize)
                position += page.count
            }
        }
    }
}
