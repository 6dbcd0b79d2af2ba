// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Foundation
import Logging
import Postgres
package import Runtime
package import ServiceLifecycle
import ZoneSync

/// The zonewright-glue daemon: its options, and the making of its services as an origin, or as a relay.
package enum GlueDaemon {
    /// One line for `--help`.
    package static let summary =
        "Publishes changed zones and streams them to the responders (origin), or passes a stream on (relay)."

    /// What it takes besides the common options.
    package static let options: [DaemonOption] =
        shared + RelayDaemon.options + StreamTLSOptions.files.all + RolloutOptions.all

    private static let shared: [DaemonOption] = [
        .databaseURL,
        .listen("127.0.0.1:8052", help: "Address of the line protocol that responders and relays follow."),
        .opsListen("127.0.0.1:8053"),
        .nodeName(help: "Name of this origin, told to consumers; the host's name by default."),
        DaemonOption(
            "poll-interval",
            .duration,
            default: "250ms",
            help: "How often to look for changes without having been told of any."
        ),
        DaemonOption(
            "publish-batch",
            .integer(1...1_000),
            default: "64",
            help: "Zones published in one transaction, at most."
        ),
        DaemonOption(
            "database-connections",
            .integer(2...64),
            default: "8",
            help:
                "Connections to the database, at most, besides one that listens and one that writes counts of queries."
        ),
        DaemonOption(
            "breaker-share",
            .integer(1...100),
            default: "20",
            help:
                "Percent of the zones that may be removed or emptied within breaker-window; more wait for 'zonewright release --breaker'. 100: no limit."
        ),
        DaemonOption(
            "breaker-zones",
            .integer(1...100_000_000),
            default: "25",
            help: "Zones that may be removed or emptied within breaker-window whatever their share."
        ),
        DaemonOption(
            "breaker-window",
            .duration,
            default: "1m",
            help: "How long a removed or emptied zone counts for the breaker."
        ),
        RedirectorOption.option,
        DaemonOption(
            "log-retention",
            .duration,
            default: "1d",
            help: "How long a consumer may be away before it has to take a snapshot."
        ),
        DaemonOption(
            "log-entries",
            .integer(1_000...100_000_000),
            default: "100000",
            help: "Newest log entries that are kept whatever their age; by a relay, all that are."
        ),
        DaemonOption(
            "maximum-replay",
            .integer(0...100_000_000),
            default: "100000",
            help: "Entries replayed to a consumer that holds zones; one further behind compares them instead."
        ),
    ]

    /// Makes the services. A listening address in use ends the daemon; a database that is away does not.
    package static func services(_ context: DaemonContext) async throws -> [any Service] {
        let settings = context.settings
        let name = try settings.optionalString("node-name") ?? ProcessInfo.processInfo.hostName
        guard OriginNode.isValid(name: name) else {
            throw settings.refuse("node-name", "a name is 1 to 63 letters, digits, '-', '_' or '.'")
        }
        if try RelayDaemon.isWanted(settings) { return try await RelayDaemon.services(context, name: name) }
        let database = try configuration(settings)
        let connections = try settings.integer("database-connections")
        // Reading has connections of its own: snapshots must not hold up publishing.
        let work = PostgresPool(configuration: database, size: (connections + 1) / 2, logger: context.logger)
        let reading = PostgresPool(configuration: database, size: connections / 2, logger: context.logger)
        let nodes = NodeRegistry(
            store: NodeStore(pool: work, origin: name),
            quarantine: QuarantineStore(pool: work),
            logger: context.logger
        )
        let rollout = try RolloutOptions(settings, pool: work)
        // One connection, so that counts never take what publishing needs, however many report at a time.
        let counting = PostgresPool(configuration: database, size: 1, logger: context.logger)
        let source = PostgresOriginSource(
            pool: reading,
            nodes: nodes,
            counts: CountKeeper(
                store: AnalyticsStore(pool: counting),
                now: { Int64(Date().timeIntervalSince1970) },
                logger: context.logger
            ),
            gate: rollout?.gate
        )
        let server = try await bind(
            context,
            name: name,
            source: source,
            tls: try StreamTLSOptions.identity(context)
        )
        var configuration = OriginService.Configuration()
        configuration.pollInterval = try settings.duration("poll-interval")
        configuration.batchSize = try settings.integer("publish-batch")
        configuration.breaker = BreakerLimits(
            share: try settings.integer("breaker-share"),
            zones: try settings.integer("breaker-zones"),
            window: try settings.duration("breaker-window")
        )
        configuration.redirector = try RedirectorOption.addresses(settings)
        configuration.retention = try settings.duration("log-retention")
        configuration.keptEntries = Int64(try settings.integer("log-entries"))
        // A connection of its own: a switch is wanted most when the others are busy.
        let operations = PostgresPool(configuration: database, size: 1, logger: context.logger)
        let errors = ErrorRecorder(
            pool: operations,
            service: context.name,
            release: BuildVersion.current,
            logger: context.logger
        )
        context.logTap.open { errors.note($0, $1) }
        let origin = OriginService(
            configuration: configuration,
            pool: work,
            database: database,
            nodes: nodes,
            flags: FlagReader(pool: operations, logger: context.logger),
            health: DatabaseHealth(readiness: context.readiness, logger: context.logger),
            logger: context.logger,
            now: { Int64(Date().timeIntervalSince1970) },
            grown: {
                server.wake()
                rollout?.gate.look()
            }
        )
        describeMetrics(context.metrics)
        var services: [any Service] = [
            ErrorRecorderService(errors: errors), origin, OriginServerService(server: server),
        ]
        if let rollout { services.append(rollout.service(context.logger) { server.ceilingMoved() }) }
        return services
    }

    private static func configuration(_ settings: Settings) throws -> PostgresConfiguration {
        do {
            return try PostgresConfiguration(
                url: try settings.string("database-url"),
                applicationName: "zonewright-glue"
            )
        } catch let error as PostgresError {
            throw settings.refuse("database-url", error.message)
        }
    }

    /// Takes the listening address of either mode; over TLS when there is a certificate.
    static func bind(
        _ context: DaemonContext,
        name: String,
        source: any OriginSource,
        tls: StreamIdentity?
    ) async throws -> OriginServer {
        let address = try context.settings.address("listen")
        var configuration = OriginServer.Configuration(host: address.host, port: address.port, nodeName: name)
        configuration.tls = tls
        configuration.maximumReplay = UInt64(try context.settings.integer("maximum-replay"))
        do {
            let server = try await OriginServer.bind(configuration, source: source, logger: context.logger)
            OriginMetrics.register(server.statistics, in: context.metrics)
            context.logger.info(
                "listening for consumers",
                metadata: [
                    "listen": "\(server.localAddress.map { "\($0)" } ?? address.description)",
                    "tls": "\(tls != nil)",
                ]
            )
            return server
        } catch {
            throw DaemonError.cannotListen(on: address, option: "listen", error: error)
        }
    }

    private static func describeMetrics(_ metrics: MetricsRegistry) {
        let help = [
            "glue_publish_latency_seconds": "From the commit of a change to the commit of its publication.",
            "glue_zones_published_total": "Publications of zones.",
            "glue_publish_failures_total": "Zones that could not be published and were set aside.",
            "glue_positions_assigned_total": "Positions of the stream given by this origin.",
            "glue_stream_head": "Newest position of the stream.",
            "glue_stream_floor": "Consumers at or after this position need no snapshot.",
            "glue_outbox_rows": "Committed changes that wait for publication.",
            "glue_outbox_oldest_seconds": "Age of the oldest change that waits for publication.",
            "glue_consumers": "Consumers connected to this origin.",
            "glue_consumers_behind_relays": "Consumers behind the relays that are connected to this origin.",
            "glue_consumer_lag_positions": "Positions that the furthest behind connected consumer still has to apply.",
            "glue_count_reports_total": "Reports of counted queries that were kept, those that came again included.",
            "glue_count_failures_total": "Times that reports of counted queries could not be kept and are tried again.",
            "glue_publication_on": "0 while publishing is switched off, else 1.",
            "glue_quarantined_zones": "Zones set aside because they cannot be published.",
            "glue_breaker_open": "1 while the breaker holds removals and emptyings of zones until they are released.",
            "glue_held_zones": "Zones whose removal or emptying the breaker holds.",
            "glue_rollout_position": "Newest position that other sites than the canary's may have.",
            "glue_rollout_behind_positions": "Positions that other sites than the canary's may not have yet.",
            "glue_rollout_held": "1 while the roll-out by way of the canary site is held, else 0.",
            "glue_rollout_failures_total": "Times that a responder of the canary site did not answer as it should.",
            "glue_refusals_total": "Zones that consumers refused (NAK).",
            "glue_refusals_dropped_total": "Refusals that were not written down, since there were too many.",
            "glue_refused_zones": "Zones and consumers that refuse them, as the database has them.",
        ]
        for (name, text) in help { metrics.describe(name, help: text) }
        metrics.describe(
            "glue_publish_batch_zones",
            help: "Zones in one transaction of the publisher.",
            buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000]
        )
    }
}
