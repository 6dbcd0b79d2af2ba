// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Postgres
import ZoneStore
import ZoneSync

/// Keeps the set hash over all live zones, following the log instead of reading a million zones each time.
actor SetHashTracker {
    private struct Member {
        let generation: Int64
        let version: Int64
        let digest: Hash256
    }

    private let stream: StreamStore
    private var epoch: String?
    private var position: Int64 = 0
    private var members: [String: Member] = [:]
    private var sum = Hash256.zero

    init(pool: PostgresPool) {
        stream = StreamStore(pool: pool)
    }

    /// The set hash at the head of the stream; nil when something published has no position yet.
    func checkpoint() async throws -> OriginCheckpoint? {
        let update = try await stream.changes(after: position, epoch: epoch)
        guard let update else { return nil }
        if update.isWhole {
            members = [:]
            sum = .zero
        }
        for change in update.changes { try apply(change) }
        epoch = update.epoch
        position = update.position
        return OriginCheckpoint(position: UInt64(position), zones: members.count, setHash: sum)
    }

    private func apply(_ change: StreamChange) throws {
        let current = members[change.zoneName]
        // Late news: of an earlier life of the name, or a version that was overtaken by one of the other lane.
        if let current, (current.generation, current.version) > (change.zoneID, change.version) { return }
        if let current { sum = sum &- current.digest }
        guard !change.isDeletion, let hash = Hash256(bytes: change.hash) else {
            members[change.zoneName] = nil
            return
        }
        let summary = ZoneSummary(
            name: try Name(text: change.zoneName, origin: .root),
            generation: UInt64(change.zoneID),
            version: UInt64(change.version),
            serial: change.serial,
            hash: hash
        )
        let digest = ZoneDigest.setMember(summary)
        sum = sum &+ digest
        members[change.zoneName] = Member(generation: change.zoneID, version: change.version, digest: digest)
    }
}
