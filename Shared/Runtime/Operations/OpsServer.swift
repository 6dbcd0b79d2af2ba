// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

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

    private let channel: any Channel
    /// The bound address, with the port the system chose if 0 was asked for.
    package let address: HostPort

    /// Binds the listener, so that a taken port is found before anything else starts.
    package static func bind(
        to address: HostPort,
        option: String = "ops-listen",
        readiness: Readiness,
        metrics: MetricsRegistry
    ) async throws -> OpsServer {
        let connections = ConnectionLimit(maximum: maximumConnections)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
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
        } onCancelOrGracefulShutdown: {
            channel.close(promise: nil)
        }
    }

    /// Closes a listener whose ``run()`` was never reached.
    func close() async {
        try? await channel.close().get()
    }
}
