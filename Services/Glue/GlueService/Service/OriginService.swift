// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
package import Logging
import Metrics
package import Postgres
import ServiceLifecycle
import ZoneSync

/// The origin's work with the database: publishing, sequencing, pruning, and telling the server what is new.
///
/// A database that is down stops nothing but progress: every loop tries again, and readiness says why.
package struct OriginService: Service {
    /// How the loops run.
    package struct Configuration: Sendable {
        /// How often to look without having been told.
        package var pollInterval = Duration.milliseconds(250)
        /// Zones published in one transaction.
        package var batchSize = 64
        /// How many zones may be removed or emptied in a while.
        package var breaker = BreakerLimits()
        /// What URL records are published with.
        package var redirector = AliasAddresses()
        /// Log entries younger than this are kept.
        package var retention = Duration.seconds(86_400)
        /// This many newest log entries are kept whatever their age.
        package var keptEntries: Int64 = 100_000

        package init() {}
    }

    private static let pruneInterval = Duration.seconds(60)
    private static let gaugeInterval = Duration.seconds(5)
    private static let pruneBatch = 10_000

    private let configuration: Configuration
    private let pool: PostgresPool
    private let database: PostgresConfiguration
    private let nodes: NodeRegistry
    private let quarantine: Quarantine
    private let flags: FlagReader
    private let health: DatabaseHealth
    private let logger: Logger
    private let grown: @Sendable () -> Void
    private let stream: StreamStore
    private let publishers: [(publisher: Publisher, signal: WakeSignal)]
    private let streamSignal = WakeSignal()

    /// - Parameters:
    ///   - pool: For the loops; four connections are enough.
    ///   - database: For the connection that listens.
    ///   - flags: Say whether publishing is switched off.
    ///   - grown: Called when the stream has new entries.
    package init(
        configuration: Configuration,
        pool: PostgresPool,
        database: PostgresConfiguration,
        nodes: NodeRegistry,
        flags: FlagReader,
        health: DatabaseHealth,
        logger: Logger,
        now: @escaping @Sendable () -> Int64,
        grown: @escaping @Sendable () -> Void
    ) {
        self.configuration = configuration
        self.pool = pool
        self.database = database
        self.nodes = nodes
        self.flags = flags
        self.health = health
        self.logger = logger
        self.grown = grown
        let quarantine = Quarantine()
        self.quarantine = quarantine
        stream = StreamStore(pool: pool)
        // One for what people wait for and one for bulk work, so that an import does not hold up an edit.
        publishers = [0...0, 1...Int16.max].map { lanes in
            let publisher = Publisher(
                pool: pool,
                lanes: lanes,
                batchSize: configuration.batchSize,
                quarantine: quarantine,
                breaker: configuration.breaker,
                redirector: configuration.redirector,
                logger: logger,
                now: now
            )
            return (publisher, WakeSignal())
        }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await waitForSchema()
            await withDiscardingTaskGroup { group in
                group.addTask { await flags.run() }
                for (publisher, signal) in publishers {
                    group.addTask { await signal.onEach { await publishAll(publisher) } }
                }
                group.addTask { await streamSignal.onEach { await advance() } }
                // What consumers acknowledge makes room for bulk work.
                group.addTask { await nodes.run { streamSignal.raise() } }
                group.addTask { await listen() }
                group.addTask { await every(configuration.pollInterval) { raiseAll() } }
                group.addTask { await every(Self.pruneInterval) { await prune() } }
                group.addTask { await every(Self.gaugeInterval) { await measure() } }
            }
        }
    }

    /// Waits until the database is there and new enough.
    private func waitForSchema() async {
        while !Task.isCancelled {
            do {
                try await SchemaVersion.require(pool)
                // Nothing is published before it is known that it may be.
                try await flags.refresh()
                health.succeeded(.start)
                return
            } catch {
                health.failed(.start, error)
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func publishAll(_ publisher: Publisher) async {
        do {
            while flags.allowsPublication, try await publisher.publishBatch() > 0 { streamSignal.raise() }
            health.succeeded(.publishing)
        } catch {
            health.failed(.publishing, error)
        }
    }

    private func advance() async {
        do {
            let count = try await Sequencer(store: stream).run()
            health.succeeded(.sequencing)
            guard count > 0 else { return }
            grown()
            try await stream.announce()
        } catch {
            health.failed(.sequencing, error)
        }
    }

    private func listen() async {
        let notifications = PostgresListener.notifications(
            configuration: database,
            channels: [ChangeNotifier.channel, StreamStore.channel],
            logger: logger
        )
        for await notification in notifications {
            if notification.channel == StreamStore.channel {
                grown()
            } else {
                raiseAll()
            }
        }
    }

    private func raiseAll() {
        for (_, signal) in publishers { signal.raise() }
        streamSignal.raise()
    }

    private func prune() async {
        do {
            var pruned = 0
            repeat {
                pruned = try await stream.prune(
                    age: configuration.retention,
                    keep: configuration.keptEntries,
                    limit: Self.pruneBatch
                )
            } while pruned >= Self.pruneBatch
            health.succeeded(.pruning)
        } catch {
            health.failed(.pruning, error)
        }
    }

    private func measure() async {
        do {
            let state = try await stream.state()
            let backlog = try await OutboxStore(pool: pool).backlog()
            let lag = try await NodeStore(pool: pool, origin: "").greatestLag(epoch: state.epoch, head: state.head)
            Gauge(label: "glue_stream_head").record(state.head)
            Gauge(label: "glue_stream_floor").record(state.floor)
            Gauge(label: "glue_outbox_rows").record(backlog.rows)
            Gauge(label: "glue_outbox_oldest_seconds").record(backlog.oldestSeconds)
            Gauge(label: "glue_consumers").record(nodes.connectedCount)
            Gauge(label: "glue_consumers_behind_relays").record(nodes.behindCount)
            Gauge(label: "glue_consumer_lag_positions").record(lag ?? 0)
            Gauge(label: "glue_publication_on").record(flags.allowsPublication ? 1 : 0)
            Gauge(label: "glue_quarantined_zones").record(quarantine.zones.count)
            let breaker = try await BreakerStore(pool: pool).state()
            Gauge(label: "glue_breaker_open").record(breaker.openSince == nil ? 0 : 1)
            Gauge(label: "glue_held_zones").record(breaker.heldZones)
            let presigned = try await PresignedSummary.read(pool)
            Gauge(label: "glue_presigned_zones").record(presigned.zones)
            Gauge(label: "glue_presigned_validity_seconds").record(presigned.secondsLeft ?? 0)
            health.succeeded(.measuring)
        } catch {
            health.failed(.measuring, error)
        }
    }

    private func every(_ interval: Duration, _ body: () async -> Void) async {
        while !Task.isCancelled {
            await body()
            try? await Task.sleep(for: interval)
        }
    }
}
