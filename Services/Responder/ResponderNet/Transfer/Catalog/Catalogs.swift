// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Logging
import Synchronization
import ZoneStore
import ZoneTransfer

/// The catalogs of all peers that follow one, kept up with the zones held.
///
/// A change of a zone's records costs a look into a dictionary; a zone that comes or goes costs each catalog one step. The
/// whole set of zones is read at the start, when peers change, and when the process becomes the one that follows.
final class Catalogs: Sendable {
    fileprivate struct Entry {
        var zone: CatalogZone
        var mark: CatalogMark
    }

    private struct State {
        var entries: [CatalogKey: Entry] = [:]
        /// What the file had at the start, or of catalogs that nobody follows for the moment.
        var remembered: [String: CatalogMark] = [:]
        var saysWritingFails = true
    }

    private static let pageSize = 4_096

    private let store: ZoneStore
    private let memory: CatalogMemory
    private let logger: Logger
    private let now: @Sendable () -> UInt64
    private let state: Mutex<State>

    /// - Parameter now: seconds since 1970.
    init(
        store: ZoneStore,
        memory: CatalogMemory,
        logger: Logger,
        now: @escaping @Sendable () -> UInt64 = WallClock.seconds
    ) {
        self.store = store
        self.memory = memory
        self.logger = logger
        self.now = now
        state = Mutex(State(remembered: memory.read()))
    }

    /// The catalog as it is now; nil when nobody follows it.
    subscript(key: CatalogKey) -> CatalogZone? {
        state.withLock { $0.entries[key]?.zone }
    }

    /// Keeps these catalogs from now on. Those that are kept already stay as they are; the others are read.
    ///
    /// Blocks while the store is read.
    func keep(_ keys: Set<CatalogKey>) throws {
        try state.withLock { state in
            for (key, entry) in state.entries where !keys.contains(key) {
                state.remembered[key.text] = entry.mark
                state.entries[key] = nil
            }
            let missing = keys.subtracting(state.entries.keys)
            guard !missing.isEmpty else { return }
            for (key, members) in try members(of: missing) {
                state.entries[key] = try make(key, members, remembered: state.remembered[key.text])
            }
            write(&state)
        }
    }

    /// Compares all catalogs with the zones held, for a process that begins to follow: another one has followed before.
    ///
    /// - Returns: The apexes of catalogs that are not what they were.
    func resynchronise() throws -> [Name] {
        try state.withLock { state in
            state.remembered.merge(memory.read()) { $1 }
            var changed: [Name] = []
            for (key, members) in try members(of: Set(state.entries.keys)) {
                guard let entry = state.entries[key] else { continue }
                // Most often nothing has happened, and the sum of all members need not be made again.
                let known = members == entry.zone.members ? entry.mark.sum : nil
                let fresh = try make(key, members, sum: known, remembered: state.remembered[key.text])
                guard fresh.mark != entry.mark else { continue }
                state.entries[key] = fresh
                changed.append(key.name)
            }
            write(&state)
            return changed
        }
    }

    /// Takes in what a batch has changed; on the thread that has committed it.
    ///
    /// - Returns: The apexes of catalogs that have another version now.
    func changed(_ zones: [AppliedZone]) -> [Name] {
        state.withLock { state in
            var changed: [Name] = []
            for key in state.entries.keys {
                // In place: a catalog is copied only while somebody transfers it.
                let step = state.entries[key]?.take(zones, of: key, now: UInt32(truncatingIfNeeded: now())) ?? false
                if step { changed.append(key.name) }
            }
            if !changed.isEmpty { write(&state) }
            return changed
        }
    }

    /// A catalog of these members, which goes on from what is remembered of it.
    private func make(
        _ key: CatalogKey,
        _ members: [Name: UInt64],
        sum: [UInt8]? = nil,
        remembered: CatalogMark?
    ) throws(WireError) -> Entry {
        let clock = UInt32(truncatingIfNeeded: now())
        var zone = try CatalogZone(name: key.name, serial: remembered?.serial ?? clock, members: members)
        var mark = sum.map { CatalogMark(serial: zone.serial, sum: $0) } ?? CatalogMark(zone)
        if let remembered, remembered.sum != mark.sum {
            let next = SerialNumber.isNewer(clock, than: remembered.serial) ? clock : remembered.serial &+ 1
            zone = try CatalogZone(name: key.name, serial: next, members: members)
            mark.serial = next
        }
        return Entry(zone: zone, mark: mark)
    }

    /// The zones held that belong into each catalog.
    private func members(of keys: Set<CatalogKey>) throws -> [CatalogKey: [Name: UInt64]] {
        var members = Dictionary(uniqueKeysWithValues: keys.map { ($0, [Name: UInt64]()) })
        guard !keys.isEmpty else { return members }
        var last: Name?
        while true {
            let page = try store.zones(after: last, limit: Self.pageSize)
            for zone in page {
                for key in keys where key.includes(zone.name) { members[key]?[zone.name] = zone.generation }
            }
            guard page.count == Self.pageSize else { return members }
            last = page.last?.name
        }
    }

    private func write(_ state: inout State) {
        var marks = state.remembered
        for (key, entry) in state.entries { marks[key.text] = entry.mark }
        state.remembered = marks
        let isWritten = memory.write(marks)
        if !isWritten, state.saysWritingFails {
            logger.error("the versions of catalogs cannot be kept", metadata: ["file": "\(memory.path)"])
        }
        state.saysWritingFails = isWritten
    }
}

extension Catalogs.Entry {
    /// Takes in changes of zones; whether that makes another version.
    fileprivate mutating func take(_ zones: [AppliedZone], of key: CatalogKey, now: UInt32) -> Bool {
        var changes: [(zone: Name, generation: UInt64?)] = []
        for applied in zones where key.includes(applied.name) {
            changes.append((applied.name, applied.serial == nil ? nil : applied.generation))
        }
        guard !changes.isEmpty, let step = zone.apply(changes, now: now) else { return false }
        for member in step.removed + step.added { mark.toggle(member) }
        mark.serial = zone.serial
        return true
    }
}
