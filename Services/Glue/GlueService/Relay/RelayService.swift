// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Logging
import NIOPosix
import Runtime
import ServiceLifecycle
import Synchronization
import ZoneStore
import ZoneSync

/// A relay's work beside serving: following its origins, looking after the replica, and passing on what its consumers
/// report.
struct RelayService: Service {
    private static let component = "replica"

    private let folder: RelayFolder
    private let client: FollowerClient
    private let source: ReplicaOriginSource
    private let outbox: RelayOutbox
    private let verifier: ReplicaVerifier
    private let readiness: Readiness
    private let thread: NIOThreadPool

    /// - Parameters:
    ///   - folder: Held until the service ends.
    ///   - server: Is told of every batch, and sends its consumers elsewhere when the replica has to be filled.
    ///   - thread: Ends with the service.
    init(
        folder: RelayFolder,
        client: FollowerClient,
        source: ReplicaOriginSource,
        outbox: RelayOutbox,
        server: OriginServer,
        thread: NIOThreadPool,
        readiness: Readiness,
        logger: Logger
    ) {
        self.folder = folder
        self.client = client
        self.source = source
        self.outbox = outbox
        self.thread = thread
        self.readiness = readiness
        verifier = ReplicaVerifier(
            store: folder.store,
            logger: logger,
            mend: { client.mend() },
            cutShort: { exit(ExitCode.unavailable.rawValue) }
        )
        readiness.register(Self.component)
        let store = folder.store
        Self.note(Self.isFilling(store), readiness)
        let wasFilling = Mutex(Self.isFilling(store))
        store.observeBatches {
            let isFilling = Self.isFilling(store)
            let before = wasFilling.withLock { wasFilling in
                defer { wasFilling = isFilling }
                return wasFilling
            }
            if isFilling, !before {
                source.noteFilling()
                logger.notice("the replica is taken anew: consumers are sent elsewhere until it is whole")
                server.turnAway("the relay takes its zones anew")
            }
            if isFilling != before { Self.note(isFilling, readiness) }
            if !isFilling { server.wake() }
        }
    }

    func run() async throws {
        defer { thread.shutdownGracefully { _ in } }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { try? await client.run() }
                group.addTask { await verifier.run() }
                group.addTask { await tell() }
            }
        }
    }

    /// Has the client pass on what there is to tell.
    private func tell() async {
        while !Task.isCancelled {
            if outbox.hasNews { client.reportSoon() }
            try? await Task.sleep(for: RelayOutbox.interval)
        }
    }

    private static func isFilling(_ store: ZoneStore) -> Bool {
        // A replica that cannot be read is not passed on either.
        (try? store.logState()).flatMap(\.self)?.isFilling ?? true
    }

    private static func note(_ isFilling: Bool, _ readiness: Readiness) {
        readiness.set(component, isFilling ? .notReady("the replica is being filled from upstream") : .ready)
    }

    /// What a relay shows at `/metrics`, read at the scrape.
    func register(in registry: MetricsRegistry) {
        let (client, store, source) = (client, folder.store, source)
        func follower(_ name: String, _ help: String, _ value: @escaping @Sendable (FollowerStatus) -> Double) {
            registry.collect(.gauge, name, help: help) { [MetricSample(value: value(client.status))] }
        }
        func total(_ name: String, _ help: String, _ value: @escaping @Sendable (FollowerStatus) -> UInt64) {
            registry.collect(.counter, name, help: help) { [MetricSample(value: Double(value(client.status)))] }
        }
        func held(_ name: String, _ help: String, _ value: @escaping @Sendable (StreamLogState) -> Double) {
            registry.collect(.gauge, name, help: help) {
                guard let state = try? store.logState() else { return [] }
                return [MetricSample(value: value(state))]
            }
        }
        held("replica_zones", "Zones held.") { Double($0.zones) }
        held("replica_position", "Stream position that is durable here, and passed on.") {
            Double($0.position?.position ?? 0)
        }
        held("replica_filling", "1 while the replica is filled, and nobody served from it.") { $0.isFilling ? 1 : 0 }
        held("glue_stream_floor", "Consumers at or after this position need no snapshot.") { Double($0.floor) }
        follower("glue_stream_head", "Newest position of the stream that is known of.") { Double($0.head) }
        follower("follower_connected", "1 while the stream is followed.") { $0.isLive ? 1 : 0 }
        follower("follower_lag", "Positions known of and not durable here.") { Double($0.lag) }
        follower("follower_quarantined_zones", "Zones whose new state was refused here.") {
            Double($0.quarantined.count)
        }
        total("follower_applied_total", "Zone changes applied.") { $0.applied }
        total("follower_refused_total", "Zone changes refused.") { $0.refused }
        total("follower_mismatches_total", "Checkpoints whose set hash differed.") { $0.mismatches }
        total("follower_reconciliations_total", "Comparisons with an origin that were begun.") { $0.reconciliations }
        total("follower_reconciled_zones_total", "Zones fetched in them and applied.") { $0.reconciled }
        total("follower_snapshots_total", "Snapshots begun, or gone on with.") { $0.snapshots }
        total("follower_snapshots_resumed_total", "Snapshots gone on with where they were cut off.") {
            $0.resumedSnapshots
        }
        total("follower_connections_total", "Connections made to origins.") { $0.connections }
        total("follower_failures_total", "Connections to origins that failed or ended.") { $0.failures }
        registry.collect(.gauge, "glue_consumers", help: "Consumers connected to this relay.") {
            [MetricSample(value: Double(source.consumers.summary.direct))]
        }
        registry.collect(
            .gauge,
            "glue_consumers_behind_relays",
            help: "Consumers behind the relays that are connected to this one."
        ) {
            [MetricSample(value: Double(source.consumers.summary.behind))]
        }
        registry.collect(
            .gauge,
            "glue_consumer_lag_positions",
            help: "Positions that the furthest behind consumer still has to apply."
        ) {
            let head = client.status.head
            return [MetricSample(value: Double(head - min(head, source.consumers.summary.least ?? head)))]
        }
    }
}
