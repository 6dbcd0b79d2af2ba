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
/// It is ready when the replica is open and the sockets are bound. Whether a glue can be reached is for the metrics to
/// say: answers do not depend on it.
package enum ResponderServices {
    /// Makes the services of zonewright-dns; everything that can be missing is found out here.
    package static func make(_ context: DaemonContext) async throws -> [any Service] {
        let options = try ResponderOptions(context.settings)
        context.readiness.register("replica")
        context.readiness.register("sockets")
        let store = try open(options.dataFolder)
        let lock = try FolderLock(folder: options.dataFolder)
        context.readiness.set("replica", .ready)
        var engine = options.engine
        try options.protection.apply(to: &engine, context)
        let transfers = try await options.transfers.apply(to: &engine, store: store, context: context)
        var streams = TCPServer.Configuration(engine: engine, limits: options.tcpLimits)
        streams.threads = options.tcpThreads
        streams.transfers = transfers?.runner
        let tcp = try await TCPServer.bind(
            to: options.listen.map { HostPort(host: $0.host, port: Int($0.port)) },
            store: store,
            configuration: streams
        )
        let udp: UDPServer
        do {
            // The same ports, also where the system chose them.
            udp = try UDPServer(
                store: store,
                addresses: tcp.addresses.map { ListenAddress(host: $0.host, port: UInt16(clamping: $0.port)) },
                threads: options.udpThreads,
                configuration: engine
            )
        } catch {
            await tcp.close()
            throw DaemonError.unavailable("\(error) (option listen)")
        }
        let client = FollowerClient(
            configuration: FollowerClient.Configuration(
                node: OriginNode(
                    name: options.nodeName,
                    role: "responder",
                    software: "zonewright-dns/\(BuildVersion.current)"
                ),
                upstreams: options.upstreams
            ),
            store: store,
            logger: context.logger
        )
        ResponderMetrics(
            udp: udp.counters,
            tcp: tcp.counters,
            connections: tcp.connections,
            client: client,
            store: store
        )
        .register(in: context.metrics)
        context.logger.info(
            "answering",
            metadata: [
                "listen": "\(tcp.addresses.map(\.description).joined(separator: ","))",
                "udp-threads": "\(options.udpThreads)",
                "zones": "\((try? store.count()) ?? 0)",
            ]
        )
        return [
            FollowerService(client: client, isIdle: options.upstreams.isEmpty, lock: lock),
            tcp,
            UDPService(server: udp, readiness: context.readiness),
        ] + (transfers.map { [$0.notify] } ?? [])
    }

    private static func open(_ folder: String) throws(DaemonError) -> ZoneStore {
        do throws(ZoneStoreError) {
            return try ZoneStore(path: folder, digest: ZoneDigest.sha256)
        } catch {
            throw .unavailable("\(error) (option data-dir)")
        }
    }
}

/// Follows the glue until shutdown.
struct FollowerService: Service {
    let client: FollowerClient
    /// There is nothing to follow.
    let isIdle: Bool
    /// Held while the service exists.
    let lock: FolderLock

    func run() async throws {
        if isIdle {
            try? await gracefulShutdown()
        } else {
            try await cancelWhenGracefulShutdown { try await client.run() }
        }
    }
}

/// The engine's UDP threads as a service.
struct UDPService: Service {
    let server: UDPServer
    let readiness: Readiness

    func run() async throws {
        try server.start()
        readiness.set("sockets", .ready)
        try? await gracefulShutdown()
        // Joining the threads blocks, for up to a second.
        try? await NIOThreadPool.singleton.runIfActive { [server] in server.stop() }
    }
}
