// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import NIOPosix
import Synchronization
import ZoneStore
package import ZoneSync

/// A relay's replica, as an origin server streams it.
///
/// The positions are those of the origin that the replica follows, so that a consumer may go from any origin or relay of
/// the epoch to any other. What is read is read on a thread of its own, a page at a time: no transaction is open while a
/// consumer is slow. While the replica is filled nothing of it is given to anybody.
package final class ReplicaOriginSource: OriginSource {
    /// Zones that a page has at most, and octets of them in the replica.
    private static let pageZones = 256
    private static let pageOctets = 1 << 20

    private let store: ZoneStore
    private let client: FollowerClient
    private let outbox: RelayOutbox
    private let name: String
    /// Whose zones the replica holds; empty for those of no region.
    private let region: String
    private let thread: NIOThreadPool
    private let sums: ReplicaManifest
    let consumers = RelayConsumers()
    /// How often the replica began to be filled.
    private let fillings = Atomic<UInt64>(0)

    /// - Parameters:
    ///   - store: Must keep a log.
    ///   - client: Keeps the store following.
    ///   - outbox: Takes what consumers report; the client sends it on.
    ///   - name: The relay's name, for people.
    ///   - region: Whose zones the replica holds; empty for those of no region.
    ///   - thread: For reading; must be running.
    init(
        store: ZoneStore,
        client: FollowerClient,
        outbox: RelayOutbox,
        name: String,
        region: String = "",
        thread: NIOThreadPool
    ) {
        self.store = store
        self.client = client
        self.outbox = outbox
        self.name = name
        self.region = region
        self.thread = thread
        sums = ReplicaManifest(store: store)
    }

    /// The replica has begun to be filled. Called before the next batch can be applied.
    func noteFilling() {
        fillings.add(1, ordering: .sequentiallyConsistent)
        consumers.forgetRefusals()
    }

    package func view(for node: OriginNode) throws(ProtocolError) -> any OriginSource {
        guard node.region == region else {
            throw ProtocolError(
                .role,
                region.isEmpty ? "this relay serves no region" : "this relay serves the region \(region) only"
            )
        }
        return self
    }

    package var knownHead: UInt64 { client.status.head }

    package func head() async throws -> OriginHead {
        let (position, state) = try await state()
        return OriginHead(epoch: position.epoch, head: position.position, floor: state.floor)
    }

    package func entries(after position: UInt64, limit: Int) async throws -> [OriginEntry] {
        let store = store
        let page = try await thread.runIfActive {
            () throws -> (entries: [OriginEntry], refused: Set<UInt64>, missing: Set<UInt64>)? in
            guard let log = try store.logEntries(after: position, limit: limit) else { return nil }
            var entries: [OriginEntry] = []
            for entry in log.entries {
                while position + UInt64(entries.count) + 1 < entry.position {
                    entries.append(.nothing(at: position + UInt64(entries.count) + 1))
                }
                entries.append(Self.entry(entry))
            }
            while position + UInt64(entries.count) < log.upTo {
                entries.append(.nothing(at: position + UInt64(entries.count) + 1))
            }
            return (
                entries, Set(log.entries.filter(\.isRefusedHere).map(\.position)),
                Set(log.entries.filter(\.isMissingHere).map(\.position))
            )
        }
        guard var page else {
            _ = try await state()
            throw OriginSourceError.belowFloor
        }
        let quarantined = client.status.quarantined
        for (index, entry) in page.entries.enumerated() where entry.operation != .nothing {
            let isOlder = page.refused.contains(entry.position)
            // A zone that was never held cannot be older: its only trace is what the follower knows.
            let isUnknown = entry.operation == .publish && page.missing.contains(entry.position)
            let isRefused = isOlder || (isUnknown && quarantined[entry.zone] != nil)
            consumers.note(entry.zone, at: entry.position, isRefused: isRefused)
            if isOlder { page.entries[index] = .nothing(at: entry.position) }
        }
        return page.entries
    }

    package func readZone(named name: String, into sink: any OriginZoneSink) async throws -> Bool {
        let apex = try Name(text: name)
        let store = store
        let body = try await whole { try ZoneBody(of: apex, in: store, folder: store.path) }
        guard let body else { return false }
        try await hand(body, to: sink)
        return true
    }

    package func snapshot() async throws -> OriginSnapshot {
        let (position, state) = try await state()
        return OriginSnapshot(epoch: position.epoch, position: position.position, zones: state.zones)
    }

    package func readZones(after generation: UInt64, into sink: any OriginZoneSink) async throws {
        let begun = fillings.load(ordering: .sequentiallyConsistent)
        var last = generation
        while true {
            let (after, store) = (last, store)
            let page = try await whole { try Self.page(store, after: after) }
            guard fillings.load(ordering: .sequentiallyConsistent) == begun else { throw RelayError.filling }
            for body in page.bodies { try await hand(body, to: sink) }
            guard let next = page.last else { return }
            last = next
        }
    }

    package func checkpoint() async throws -> OriginCheckpoint? {
        // Only what the origin has confirmed: a replica may hold a zone in a newer state than its position says.
        guard let verified = client.status.verified, client.status.quarantined.isEmpty else { return nil }
        let (position, state) = try await state()
        guard verified.position == position.position, state.newest <= position.position,
            verified.setHash == state.setHash, verified.zones == state.zones
        else { return nil }
        return verified
    }

    package var servesManifest: Bool { true }

    package func manifest() async throws -> OriginManifest {
        let (position, _) = try await state()
        let thread = thread
        var manifest = try await sums.manifest { compute in try await thread.runIfActive(compute) }
        if let found = manifest, found.epoch != position.epoch {
            // Of the history before.
            await sums.forget()
            manifest = try await sums.manifest { compute in try await thread.runIfActive(compute) }
        }
        guard let manifest else { throw OriginSourceError.noManifest }
        return manifest
    }

    package func readManifest(of buckets: Set<UInt8>, into sink: any OriginManifestSink) async throws {
        let begun = fillings.load(ordering: .sequentiallyConsistent)
        var last: Name?
        repeat {
            let (after, store) = (last, store)
            let page = try await whole { try ReplicaManifest.entries(store, of: buckets, after: after) }
            guard fillings.load(ordering: .sequentiallyConsistent) == begun else { throw RelayError.filling }
            try await sink.list(page.entries)
            last = page.last
        } while last != nil
    }

    package func readZones(generations: [UInt64], into sink: any OriginZoneSink) async throws {
        for generation in generations where generation > 0 {
            let store = store
            let body = try await whole { () throws -> ZoneBody? in
                guard let zone = try store.zones(afterGeneration: generation - 1, limit: 1).first,
                    zone.generation == generation
                else { return nil }
                return try ZoneBody(of: zone.name, in: store, folder: store.path)
            }
            if let body, body.zone.generation == generation { try await hand(body, to: sink) }
        }
    }

    package func nodeReported(_ event: OriginNodeEvent, by node: OriginNode) async {
        for (zone, position) in consumers.take(event, from: node) {
            let reason = client.status.quarantined[zone] ?? ""
            outbox.take(
                .refused(
                    position: position,
                    zone: zone,
                    code: reason.split(separator: " ").first.flatMap { Int($0) }
                        ?? ProtocolError.Code.invalidZone.rawValue,
                    reason: "the relay \(name) refused it: \(reason)"
                ),
                from: node
            )
        }
        outbox.take(event, from: node)
    }

    package var recordsCounts: Bool { true }

    package func record(_ reports: [CountReport], by node: OriginNode) async throws {
        try await outbox.record(reports, by: node)
    }

    /// Where the replica stands; throws while it is filled.
    private func state() async throws -> (StreamPosition, StreamLogState) {
        let store = store
        let state = try await thread.runIfActive { try store.logState() }
        guard let state, let position = state.position, !state.isFilling else { throw RelayError.filling }
        return (position, state)
    }

    /// Reads something of a replica that was whole also after it was read.
    private func whole<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let store = store
        return try await thread.runIfActive {
            let value = try body()
            guard let state = try store.logState(), !state.isFilling else { throw RelayError.filling }
            return value
        }
    }

    private func hand(_ body: ZoneBody, to sink: any OriginZoneSink) async throws {
        let thread = thread
        try await body.hand(to: sink) { read in try await thread.runIfActive(read) }
    }

    /// The next zones in the order of their generations, and the last generation looked at; nil at the end.
    private static func page(_ store: ZoneStore, after generation: UInt64) throws -> (bodies: [ZoneBody], last: UInt64?)
    {
        var bodies: [ZoneBody] = []
        var octets = 0
        var last: UInt64?
        for zone in try store.zones(afterGeneration: generation, limit: pageZones) {
            // One that was made again meanwhile comes in its new place.
            if let body = try ZoneBody(of: zone.name, in: store, folder: store.path),
                body.zone.generation == zone.generation
            {
                octets += body.octets
                bodies.append(body)
            }
            last = zone.generation
            if octets >= pageOctets { break }
        }
        return (bodies, last)
    }

    private static func entry(_ entry: StreamLogEntry) -> OriginEntry {
        var result = OriginEntry(
            position: entry.position,
            operation: .publish,
            zone: entry.zone.lowercased().text,
            generation: entry.generation,
            baseVersion: nil,
            version: entry.version,
            serial: 0,
            hash: .zero
        )
        switch entry.content {
        case .deletion:
            result.operation = .delete
        case .whole(let serial, let hash):
            (result.serial, result.hash) = (serial, hash)
        case .difference(let update):
            (result.serial, result.hash) = (update.serial, update.hash)
            result.baseVersion = update.base
            let body = DifferenceText(update)
            (result.diff, result.removed, result.added) = (body.text, body.removed, body.added)
        }
        return result
    }
}
