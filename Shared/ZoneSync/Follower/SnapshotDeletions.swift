// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ZoneStore

/// What a replica holds at the beginning of a snapshot, by generation: what a chunk does not mention can then be deleted
/// with the chunk, and nothing but the chunk's end has to be remembered.
///
/// Names are kept in one run of octets: a million zones take about 40 MB, and only while the snapshot lasts.
struct SnapshotDeletions {
    private struct Held {
        let generation: UInt64
        let offset: Int32
        let length: UInt8
    }

    /// Ascending by generation.
    private var held: [Held] = []
    private var names: [UInt8] = []
    /// Everything before this index was judged.
    private var next = 0
    /// Zones that were mentioned and could not be stored: what is held of them stays.
    private var kept: Set<Name> = []

    /// What `store` holds of generations greater than `after`.
    init(_ store: ZoneStore, after: UInt64) throws(ZoneStoreError) {
        var last: Name?
        while true {
            let page = try store.zones(after: last, limit: 4_096)
            guard let end = page.last else { break }
            last = end.name
            for zone in page where zone.generation > after {
                let wire = zone.name.wire
                guard let offset = Int32(exactly: names.count) else { throw .outOfMemory }
                held.append(Held(generation: zone.generation, offset: offset, length: UInt8(clamping: wire.count)))
                names.append(contentsOf: wire)
            }
        }
        held.sort { $0.generation < $1.generation }
    }

    /// A zone that was mentioned could not be stored.
    mutating func keep(_ name: Name) {
        kept.insert(name)
    }

    /// Deletions of what is still held of generations up to `last`, and is neither among `mentioned` nor to be kept.
    mutating func operations(
        upTo last: UInt64,
        besides mentioned: Set<Name>,
        in store: ZoneStore
    ) throws(ZoneStoreError) -> [ZoneOperation] {
        var operations: [ZoneOperation] = []
        while next < held.count, held[next].generation <= last {
            let entry = held[next]
            next += 1
            let start = Int(entry.offset)
            let name = Name(validated: Array(names[start..<start + Int(entry.length)]))
            guard !mentioned.contains(name), !kept.contains(name) else { continue }
            // An earlier chunk may have brought another life of the name.
            guard let now = try store.zone(named: name), now.generation == entry.generation else { continue }
            operations.append(.delete(name: name, generation: now.generation, version: now.version))
        }
        return operations
    }
}
