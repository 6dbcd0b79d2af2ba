// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Synchronization

/// Bodies of large zones on their way to consumers: read once for all who want the same, and bounded together.
///
/// A body is read from the database as fast as that goes, so that no transaction waits for a consumer, and kept while
/// somebody sends it. Where there is no room for another, those who have not moved for a while lose theirs: what they were
/// sending is void, and they begin again when they can read.
actor SharedBodies {
    /// How much is kept, and for how long.
    struct Configuration: Sendable {
        /// Octets of all bodies together. A body that is larger is sent when no other is there.
        var budget = 96 << 20
        /// How long a consumer may stand still while others wait for room.
        var patience = Duration.seconds(5)
    }

    /// A body that one consumer sends.
    final class Lease: Sendable {
        /// What is published of the zone.
        let zone: PublishedZone
        private let state: Mutex<(pieces: [String]?, moved: ContinuousClock.Instant)>

        fileprivate init(_ body: Body) {
            zone = body.zone
            state = Mutex((body.pieces, .now))
        }

        /// The piece of an index; nil behind the last. Throws when the body was taken away.
        func piece(_ index: Int) throws -> String? {
            try state.withLock { state in
                guard let pieces = state.pieces else { throw Revoked() }
                state.moved = .now
                return index < pieces.count ? pieces[index] : nil
            }
        }

        fileprivate func revoke(idleSince limit: ContinuousClock.Instant) -> Bool {
            state.withLock { state in
                guard state.pieces != nil, state.moved < limit else { return false }
                state.pieces = nil
                return true
            }
        }
    }

    /// The consumer stood still for too long while others waited.
    struct Revoked: Error {}

    /// A zone as it was read.
    fileprivate struct Body: Sendable {
        let zone: PublishedZone
        /// Of about 64 KiB each.
        let pieces: [String]
    }

    private struct Entry {
        let number: Int
        let version: Int64
        let octets: Int
        let reading: Task<Body?, any Error>
        /// Consumers that send it, or wait for it to be read.
        var users: Int
        var leases: [ObjectIdentifier: Lease] = [:]
    }

    private static let piece = 64 << 10
    private static let pause = Duration.milliseconds(20)

    private let snapshots: SnapshotStore
    private let configuration: Configuration
    private var entries: [Int64: [Entry]] = [:]
    private var numbers = 0
    /// Octets of all bodies that are kept or being read.
    private(set) var octets = 0
    /// The most that there ever were, and how many bodies were read.
    private(set) var peak = 0
    private(set) var reads = 0

    init(snapshots: SnapshotStore, configuration: Configuration = Configuration()) {
        self.snapshots = snapshots
        self.configuration = configuration
    }

    /// Runs `send` with the live zone of an id, not older than it is now; false when it is not live.
    func withBody(of id: Int64, _ send: @Sendable (Lease) async throws -> Void) async throws -> Bool {
        guard let number = try await enter(id) else { return false }
        var lease: Lease?
        do {
            lease = try await self.lease(id, number)
            if let lease { try await send(lease) }
        } catch {
            leave(id, number, lease)
            throw error
        }
        leave(id, number, lease)
        return lease != nil
    }

    /// Joins those who send the zone as it is now, or has it read when there is room; the number of its entry.
    private func enter(_ id: Int64) async throws -> Int? {
        while true {
            guard let size = try await snapshots.size(of: id) else { return nil }
            if let index = entries[id]?.firstIndex(where: { $0.version >= size.version }) {
                entries[id]?[index].users += 1
                return entries[id]?[index].number
            }
            guard octets == 0 || octets + size.octets <= configuration.budget else {
                revoke()
                try await Task.sleep(for: Self.pause)
                continue
            }
            octets += size.octets
            peak = max(peak, octets)
            reads += 1
            numbers += 1
            // Whoever asked first may go while others wait for it; it ends with its statements or their deadline.
            let reading = Task { try await Self.read(id, from: self.snapshots) }
            entries[id, default: []].append(
                Entry(number: numbers, version: size.version, octets: size.octets, reading: reading, users: 1)
            )
            return numbers
        }
    }

    private func lease(_ id: Int64, _ number: Int) async throws -> Lease? {
        guard let reading = entries[id]?.first(where: { $0.number == number })?.reading,
            let body = try await reading.value
        else { return nil }
        let lease = Lease(body)
        if let index = entries[id]?.firstIndex(where: { $0.number == number }) {
            entries[id]?[index].leases[ObjectIdentifier(lease)] = lease
        }
        return lease
    }

    /// One consumer less; without any the body goes.
    private func leave(_ id: Int64, _ number: Int, _ lease: Lease?) {
        guard let index = entries[id]?.firstIndex(where: { $0.number == number }), var entry = entries[id]?[index]
        else {
            return
        }
        // A lease that was revoked has left already.
        if let lease, entry.leases.removeValue(forKey: ObjectIdentifier(lease)) == nil { return }
        entry.users -= 1
        if entry.users > 0 {
            entries[id]?[index] = entry
        } else {
            octets -= entry.octets
            entries[id]?.remove(at: index)
            if entries[id]?.isEmpty ?? false { entries[id] = nil }
        }
    }

    /// Takes the bodies away from those who stand still.
    private func revoke() {
        let limit = ContinuousClock.now - configuration.patience
        for (id, list) in entries {
            for entry in list {
                for lease in entry.leases.values where lease.revoke(idleSince: limit) { leave(id, entry.number, lease) }
            }
        }
    }

    private static func read(_ id: Int64, from snapshots: SnapshotStore) async throws -> Body? {
        let pieces = Mutex<[String]>([])
        let zone = try await snapshots.read(id) { rrsets in
            pieces.withLock { pieces in
                for rrset in rrsets {
                    if let last = pieces.last, last.utf8.count < piece {
                        pieces[pieces.count - 1] += rrset
                    } else {
                        var text = ""
                        text.reserveCapacity(piece + 4_096)
                        pieces.append(text + rrset)
                    }
                }
            }
        }
        return zone.map { Body(zone: $0, pieces: pieces.withLock(\.self)) }
    }
}
