// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres
import ZoneSync

/// Keeps the sums over all live zones, everywhere and in the regions that have consumers, following the log instead of
/// reading a million zones each time.
actor SetHashTracker {
    /// Regions that are followed at once; one more takes the place of the one that was asked for the longest time ago.
    private static let regionLimit = 64

    private let stream: StreamStore
    /// Nil until all zones were read.
    private var epoch: String?
    private var position: Int64 = 0
    private var zones = LiveZones()
    /// The regions that are followed, with the number of the question that was asked last.
    private var regions: [String: UInt64] = [:]
    private var questions: UInt64 = 0
    /// Regions that were asked for, and are to be read.
    private var wanted: Set<String> = []
    /// The log is being read: others wait for what comes of it.
    private var reading: Task<Bool, any Error>?

    init(pool: PostgresPool) {
        stream = StreamStore(pool: pool)
    }

    /// The set hash of a region at the head of the stream; nil when something published has no position yet.
    func checkpoint(of region: String) async throws -> OriginCheckpoint? {
        guard try await follow(region), epoch != nil, let sums = sums(of: region) else { return nil }
        return OriginCheckpoint(position: UInt64(position), zones: sums.zones, setHash: sums.setHash)
    }

    /// The sums of a region at the head of the stream; while something published has no position yet, those of the last
    /// position that was known. Throws `OriginSourceError.noManifest` when there was none.
    func manifest(of region: String) async throws -> OriginManifest {
        _ = try await follow(region)
        guard let epoch, let sums = sums(of: region) else { throw OriginSourceError.noManifest }
        return OriginManifest(epoch: epoch, position: UInt64(position), buckets: sums)
    }

    /// The generations of a bucket's zones, ascending, at the last position that was known; the same in every region.
    func generations(of bucket: UInt8) -> [Int64] {
        zones.generations(of: bucket)
    }

    /// The regions that are followed.
    var followed: Set<String> { Set(regions.keys) }

    private func sums(of region: String) -> ManifestBuckets? {
        isFollowed(region) ? zones.sums(of: region) : nil
    }

    private func isFollowed(_ region: String) -> Bool { region.isEmpty || regions[region] != nil }

    /// Reads what is new in the log, once for all who ask at the same time; false when something published has no
    /// position yet.
    private func follow(_ region: String) async throws -> Bool {
        want(region)
        if let reading {
            let isUpToDate = try await reading.value
            // It may have begun before the region was asked for.
            if isFollowed(region) { return isUpToDate }
        }
        if let reading { return try await reading.value }
        // Nobody cancels it: whoever asked may be gone, and others wait. It ends with its statements or their deadline.
        let task = Task { try await self.read() }
        reading = task
        return try await task.value
    }

    private func want(_ region: String) {
        guard !region.isEmpty else { return }
        questions += 1
        guard regions[region] == nil else {
            regions[region] = questions
            return
        }
        wanted.insert(region)
        guard regions.count >= Self.regionLimit, let idlest = regions.min(by: { $0.value < $1.value }) else { return }
        regions[idlest.key] = nil
        zones.end(idlest.key)
    }

    private func read() async throws -> Bool {
        let new = wanted
        wanted = []
        defer { reading = nil }
        for region in new { zones.begin(region) }
        do {
            let isUpToDate = try await stream.changes(
                after: position,
                epoch: epoch,
                regions: Set(regions.keys),
                new: new
            ) { update in try await self.take(update) }
            for region in new where isUpToDate { regions[region] = questions }
            if !isUpToDate { for region in new { zones.end(region) } }
            return isUpToDate
        } catch {
            for region in new { zones.end(region) }
            throw error
        }
    }

    private func take(_ update: StreamUpdate) throws {
        if update.startsAnew {
            zones = LiveZones(regions: zones.regions)
            epoch = nil
            position = 0
        }
        do {
            for change in update.changes { try zones.apply(change) }
            for hash in update.regional { try zones.apply(hash) }
        } catch {
            epoch = nil
            throw error
        }
        guard let reached = update.position else { return }
        position = reached
        epoch = update.epoch
    }
}
