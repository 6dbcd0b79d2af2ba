// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres
import ZoneSync

/// Keeps the sums over all live zones, following the log instead of reading a million zones each time.
actor SetHashTracker {
    private let stream: StreamStore
    /// Nil until all zones were read.
    private var epoch: String?
    private var position: Int64 = 0
    private var zones = LiveZones()
    /// The log is being read: others wait for what comes of it.
    private var reading: Task<Bool, any Error>?

    init(pool: PostgresPool) {
        stream = StreamStore(pool: pool)
    }

    /// The set hash at the head of the stream; nil when something published has no position yet.
    func checkpoint() async throws -> OriginCheckpoint? {
        guard try await follow(), epoch != nil else { return nil }
        return OriginCheckpoint(
            position: UInt64(position),
            zones: zones.buckets.zones,
            setHash: zones.buckets.setHash
        )
    }

    /// The sums at the head of the stream; while something published has no position yet, those of the last position
    /// that was known. Throws `OriginSourceError.noManifest` when there was none.
    func manifest() async throws -> OriginManifest {
        _ = try await follow()
        guard let epoch else { throw OriginSourceError.noManifest }
        return OriginManifest(epoch: epoch, position: UInt64(position), buckets: zones.buckets)
    }

    /// The generations of a bucket's zones, ascending, at the last position that was known.
    func generations(of bucket: UInt8) -> [Int64] {
        zones.generations(of: bucket)
    }

    /// Reads what is new in the log, once for all who ask at the same time; false when something published has no
    /// position yet.
    private func follow() async throws -> Bool {
        if let reading { return try await reading.value }
        // Nobody cancels it: whoever asked may be gone, and others wait. It ends with its statements or their deadline.
        let task = Task { try await self.read() }
        reading = task
        defer { reading = nil }
        return try await task.value
    }

    private func read() async throws -> Bool {
        try await stream.changes(after: position, epoch: epoch) { update in try await self.take(update) }
    }

    private func take(_ update: StreamUpdate) throws {
        if update.startsAnew {
            zones = LiveZones()
            epoch = nil
            position = 0
        }
        do {
            for change in update.changes { try zones.apply(change) }
        } catch {
            epoch = nil
            throw error
        }
        guard let reached = update.position else { return }
        position = reached
        epoch = update.epoch
    }
}
