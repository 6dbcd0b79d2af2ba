// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import NIOCore
import NIOPosix
import ResponderEngine
package import Runtime
package import ServiceLifecycle
import ZoneStore
import ZoneSync

/// Puts a responder together: replica, sockets, follower, metrics.
///
/// It is ready when the replica is open, the sockets are bound and a successor could ask for them. Whether a glue can be
/// reached is for the metrics to say: answers do not depend on it.
package enum ResponderServices {
    /// Makes the services of zonewright-dns; everything that can be missing is found out here.
    package static func make(_ context: DaemonContext) async throws -> [any Service] {
        let options = try ResponderOptions(context.settings)
        context.readiness.register("replica")
        context.readiness.register("sockets")
        context.readiness.register("handover")
        Succession.ignoreEarlyRequests()
        let guest = options.takesOver ? try await HandoverGuest(folder: options.dataFolder) : nil
        let (store, ownership) = try open(options.dataFolder, beside: guest, logger: context.logger)
        context.readiness.set("replica", .ready)
        var engine = options.engine
        let taps = QueryTaps()
        engine.taps = taps
        let reports = options.analyticsInterval.map { _ in ReportQueue() }
        engine.tallies = reports.map { _ in ZoneTallies() }
        try options.protection.apply(to: &engine, context, inheriting: guest?.cookieSecrets ?? [])
        let transfers = try await options.transfers.apply(
            to: &engine,
            store: store,
            folder: options.dataFolder,
            context: context
        )
        let servers = try await ResponderServers(
            options,
            engine: engine,
            transfers: transfers?.runner,
            store: store,
            context: context,
            handed: guest?.sockets
        )
        var following = FollowerClient.Configuration(node: options.node, upstreams: options.upstreams)
        following.reports = reports
        following.tls = try OriginTLSOptions.identity(context, name: options.nodeName)
        let client = FollowerClient(configuration: following, store: store, logger: context.logger)
        ResponderMetrics(servers: servers, client: client, store: store).register(in: context.metrics)
        if let guest {
            try await guest.takePlace(
                ownership,
                answer: { try servers.udp.start() },
                accept: { try await servers.startStreams() }
            )
        } else {
            try await servers.startStreams()
        }
        context.logger.info(
            "answering",
            metadata: [
                "listen": "\(servers.tcp.addresses.map(\.description).joined(separator: ","))",
                "udp-threads": "\(options.udpThreads)",
                "zones": "\((try? store.count()) ?? 0)",
            ]
        )
        let verifier = ReplicaVerifierService(store: store, client: client, logger: context.logger)
        // What only one process may do with the folder; the control socket and the like belong here.
        var owned: [any Service] = [
            FollowerService(client: client, isIdle: options.upstreams.isEmpty),
            verifier,
        ]
        owned += try OperatorWiring(
            options.operators,
            facts: ControlAnswers.Facts(
                node: options.nodeName,
                listeners: servers.descriptions,
                datagramThreads: options.udpThreads
            ),
            folder: options.dataFolder,
            engine: engine,
            taps: taps,
            store: store,
            client: client,
            verifier: verifier.verifier,
            counters: servers.counters,
            context: context
        ).services
        if let transfers { owned.append(transfers.notify) }
        let host = HandoverHost(
            folder: options.dataFolder,
            ownership: ownership,
            actions: servers.handoverActions(
                cookies: engine.cookies,
                drainTimeout: context.succession.drainTimeout
            ),
            succession: context.succession,
            logger: context.logger,
            whenListening: { [readiness = context.readiness] in readiness.set("handover", .ready) }
        )
        var counting: [any Service] = []
        if let reports, let tallies = engine.tallies, let interval = options.analyticsInterval {
            let service = CountingService(
                tallies: tallies,
                queue: reports,
                client: client,
                store: store,
                spool: CountSpool(folder: options.dataFolder),
                interval: interval,
                logger: context.logger
            )
            service.register(in: context.metrics)
            counting = [service]
        }
        // Services end from the last to the first: counting after all who count, and before the one who reports.
        return owned.map { OwnersService(ownership: ownership, service: $0) } + counting + servers.services
            + [host, MemoryTrimService()]
    }

    /// Opens the replica as the only process that may change it, or beside the one that does.
    private static func open(
        _ folder: String,
        beside guest: HandoverGuest?,
        logger: Logger
    ) throws(DaemonError) -> (ZoneStore, Ownership) {
        guard guest == nil else {
            return (try ReplicaGuard.openShared(folder), Ownership(folder: folder, lock: nil))
        }
        let (store, lock) = try ReplicaGuard.open(folder, logger: logger)
        return (store, Ownership(folder: folder, lock: lock))
    }
}

/// Follows the glue until shutdown.
struct FollowerService: Service {
    let client: FollowerClient
    /// There is nothing to follow.
    let isIdle: Bool

    func run() async throws {
        if isIdle {
            try? await gracefulShutdown()
        } else {
            try await cancelWhenGracefulShutdown { try await client.run() }
        }
    }
}
