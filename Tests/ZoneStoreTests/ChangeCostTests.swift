// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Testing

@testable import ZoneStore

/// What a change costs must not depend on the size of its zone.
@Suite struct ChangeCostTests {
    /// What the changes of a zone with `hosts` names cost: the number of digests taken, of octets read as values, and of
    /// pages that a commit writes.
    private func cost(hosts: Int, changes: Int) throws -> (digests: Int, pages: Int, largest: UInt64) {
        let digests = Counter()
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("cost-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let store = try ZoneStore(path: path, maximumMapSize: 1 << 30) { input in
            digests.increment()
            return sha256(input)
        }
        var current = try ZoneContents(
            "example",
            version: 1,
            (0..<hosts).map { try .address("h\($0).example", 0) }
        )
        #expect(try store.apply([.replace(current)], position: nil) == [.applied])
        digests.reset()
        var pages = 0
        var largest: UInt64 = 0
        for change in 1...changes {
            let host = try RRset.address("h\(change * 7919 % hosts).example", UInt8(change % 250), 251)
            let soa = try RRset.soa("example", serial: UInt32(change + 1))
            let old = try #require(try store.zone(named: current.name))
            let before = try #require(current.rrsets.first { $0.key == host.key })
            let update = ZoneUpdate(
                name: current.name,
                generation: 1,
                base: old.version,
                version: old.version + 1,
                serial: UInt32(change + 1),
                hash: old.hash &- hash(before) &- hash(try .soa("example", serial: UInt32(change))) &+ hash(host)
                    &+ hash(soa),
                removed: [],
                rrsets: [soa, host]
            )
            current = ZoneContents(
                name: current.name,
                generation: 1,
                version: update.version,
                serial: update.serial,
                hash: update.hash,
                rrsets: current.rrsets.map { $0.key == host.key ? host : $0 }
            )
            let written = try writtenPages()
            #expect(try store.apply([.update(update)], position: nil) == [.applied])
            let count = try writtenPages() - written
            pages += Int(count)
            largest = max(largest, count)
        }
        return (digests.value, pages, largest)
    }

    private func hash(_ rrset: RRset) -> Hash256 {
        ZoneContents.hash(of: [rrset], digest: sha256)
    }

    /// What this thread has handed to the system to be written, in pages of 4096 octets.
    private func writtenPages() throws -> UInt64 {
        let text = try String(contentsOfFile: "/proc/thread-self/io", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("wchar: ") })
        return try #require(UInt64(line.dropFirst(7))) / 4096
    }

    @Test("a change in a zone of 100,000 names takes as many digests, and hardly more pages, as in one of 100")
    func scale() throws {
        let small = try cost(hosts: 100, changes: 60)
        let large = try cost(hosts: 100_000, changes: 60)
        // Two RRsets, before and after, and the zone's two members of the set hash.
        #expect(small.digests == 60 * 6 && large.digests == small.digests)
        // The trees are deeper by a page or two, and the list of free pages with them.
        #expect(large.pages <= small.pages + 60 * 8, "\(small.pages) and \(large.pages) pages")
        #expect(large.largest <= 40)
    }
}

/// A count that a digest function can keep.
private final class Counter: @unchecked Sendable {
    // SAFETY: the store calls its digest on the thread that applies, which is the test's.
    private(set) var value = 0

    func increment() { value += 1 }
    func reset() { value = 0 }
}
