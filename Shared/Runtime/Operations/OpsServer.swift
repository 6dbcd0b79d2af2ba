// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The operations listener of a daemon: `/livez`, `/readyz` and `/metrics` over HTTP/1.1.
///
/// Small on purpose: GET and HEAD only, one request a connection, 8 KiB a request, 64 connections, 10 seconds each.
/// It has no authentication, so it belongs on loopback.
package struct OpsServer: Service {
    static let maximumRequestBytes = 8_192
    static let maximumConnections = 64
    static let connectionTimeout = TimeAmount.seconds(10)

    /// Who else may listen at the address.
    package enum Sharing: Sendable {
        /// Nobody.
        case exclusive
        /// Nobody now, a successor later.
        case withSuccessor
        /// A process that this one takes the place of.
        case withPredecessor
    }

    private let channel: any Channel
    /// The bound address, with the port the system chose if 0 was asked for.
    package let address: HostPort

    /// Binds the listener, so that a taken port is found before anything else starts.
    package static func bind(
        to address: HostPort,
        option: String = "ops-listen",
        sharing: Sharing = .exclusive,
        readiness: Readiness,
        metrics: MetricsRegistry
    ) async throws -> OpsServer {
        let connections = ConnectionLimit(maximum: maximumConnections)
        var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(ConnectionLimitHandler(limit: connections))
                    try pipeline.addHandler(
                        RequestSizeHandler(maximum: maximumRequestBytes, timeout: connectionTimeout)
                    )
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
                    try pipeline.addHandler(OpsHandler(readiness: readiness, metrics: metrics))
                }
            }
        do {
            if sharing == .withSuccessor, address.port != 0 {
                // An address that is in use would be shared silently.
                try await bootstrap.bind(host: address.host, port: address.port).get().close()
            }
            if sharing != .exclusive {
                bootstrap = bootstrap.serverChannelOption(.socketOption(.init(rawValue: SO_REUSEPORT)), value: 1)
            }
            let channel = try await bootstrap.bind(host: address.host, port: address.port).get()
            return OpsServer(
                channel: channel,
                address: HostPort(host: address.host, port: channel.localAddress?.port ?? address.port)
            )
        } catch {
            throw DaemonError.cannotListen(on: address, option: option, error: error)
        }
    }

    package func run() async throws {
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await channel.closeFuture.get()
            // Closed for a successor, perhaps, while other services still drain.
            try? await gracefulShutdown()
        } onCancelOrGracefulShutdown: {
            channel.close(promise: nil)
        }
    }

    /// Closes the listener; ``run()``, where it was reached, goes on until shutdown.
    package func close() async {
        try? await channel.close().get()
    }
}
