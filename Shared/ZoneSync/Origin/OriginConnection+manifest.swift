// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import Synchronization

extension OriginConnection {
    /// How often a source is asked for a manifest that is not older than what the consumer holds.
    private static let attempts = 20
    private static let pause = Duration.milliseconds(100)

    /// Sends the sums of all buckets; a consumer that holds next to nothing gets a snapshot instead.
    func beginReconciliation(atLeast head: OriginHead, _ writer: OriginWriter) async throws {
        let held = session.withLock { $0.asked }
        let manifest = try await readingSource { try await self.manifest(of: head, after: held) }
        guard session.withLock({ $0.prefersManifest(over: manifest.buckets.zones) }) else {
            reporter.add(.connected(epoch: head.epoch, position: 0))
            try await sendSnapshot(writer)
            return
        }
        // A position of this epoch stays true while the replica is compared.
        let position = held.epoch == manifest.epoch ? min(held.from, manifest.position) : 0
        reporter.add(.connected(epoch: manifest.epoch, position: position))
        logger.info(
            "a reconciliation begins",
            metadata: [
                "position": "\(manifest.position)", "zones": "\(manifest.buckets.zones)", "from": "\(held.from)",
                "epoch": "\(held.epoch)", "mends": "\(held.mends)",
            ]
        )
        shared.statistics.note { $0.manifests += 1 }
        session.withLock { $0.sentManifest(manifest) }
        try await writer.write(
            .manifest(epoch: manifest.epoch, position: manifest.position, zones: manifest.buckets.zones)
        )
        for index in 0...UInt8.max { try await writer.write(.bucket(index, manifest.buckets[index])) }
        try await writer.flush()
        _ = await writer.takeOctets()
    }

    /// The source's manifest, of the epoch of `head` and not older than the consumer's position.
    private func manifest(of head: OriginHead, after held: FollowRequest) async throws -> OriginManifest {
        for _ in 1..<Self.attempts {
            if let manifest = try? await source.manifest(), manifest.epoch == head.epoch,
                held.epoch != head.epoch || manifest.position >= held.from
            {
                return manifest
            }
            try await Task.sleep(for: Self.pause)
        }
        throw OriginSourceError.noManifest
    }

    /// Lists the zones of some buckets.
    func list(_ buckets: [UInt8], _ writer: OriginWriter) async throws {
        do {
            let sink = OriginManifestWriter(writer: writer)
            try await source.readManifest(of: Set(buckets), into: sink)
            shared.statistics.note { $0.listings += 1 }
            try await writer.write(.listed(zones: await sink.zones))
            try await writer.flush()
            _ = await writer.takeOctets()
        } catch {
            try await endIfUnusable(writer, error)
            throw ProtocolError(.internalError, "the manifest cannot be read", retryMilliseconds: 1_000)
        }
    }

    /// Sends the zones of some generations.
    func sendZones(_ generations: [UInt64], _ writer: OriginWriter) async throws {
        do {
            let sorted = generations.sorted()
            let sink = OriginFetchWriter(writer: writer, connection: self, generations: sorted)
            try await source.readZones(generations: sorted, into: sink)
            try await sink.endChunk(isLast: true)
        } catch {
            try await endIfUnusable(writer, error)
            throw ProtocolError(.internalError, "zones cannot be read", retryMilliseconds: 1_000)
        }
    }
}

/// Passes the zones of a manifest on.
actor OriginManifestWriter: OriginManifestSink {
    private let writer: OriginWriter
    /// Zones listed.
    private(set) var zones = 0

    init(writer: OriginWriter) {
        self.writer = writer
    }

    func list(_ entries: [ManifestEntry]) async throws {
        zones += entries.count
        for entry in entries { try await writer.write(.member(entry)) }
    }
}

/// Passes zones that were asked for by generation on in chunks, each begun only when the consumer has credit left.
actor OriginFetchWriter: OriginZoneSink {
    private let writer: OriginWriter
    private let connection: OriginConnection
    /// Ascending.
    private let generations: [UInt64]
    /// How many of them were dealt with, and how many of these a chunk that was ended tells of.
    private var done = 0
    private var told = 0

    init(writer: OriginWriter, connection: OriginConnection, generations: [UInt64]) {
        self.writer = writer
        self.connection = connection
        self.generations = generations
    }

    func begin(_ zone: OriginZone) async throws {
        if await writer.writtenOctets >= connection.chunkOctets { try await endChunk(isLast: false) }
        try await connection.waitForCredit()
        while done < generations.count, generations[done] <= zone.generation { done += 1 }
        await writer.open(.zone(ZoneHeader(zone), lines: zone.lines))
    }

    func lines(_ text: String) async throws {
        try await writer.lines(text)
    }

    func end() async throws {
        try await writer.close()
        connection.shared.statistics.note { $0.fetched += 1 }
    }

    /// Ends the chunk begun; with the last, everything was dealt with.
    func endChunk(isLast: Bool) async throws {
        if isLast { done = generations.count }
        let (chunk, total) = connection.session.withLock { $0.nextFetched(done - told) }
        told = done
        try await writer.write(.fetched(chunk: chunk, done: total))
        try await writer.flush()
        connection.sentChunk(chunk, octets: await writer.takeOctets())
    }
}
