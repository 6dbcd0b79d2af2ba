// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
package import NIOCore
import NIOPosix
import Synchronization

/// Serves the line protocol to many consumers from one ``OriginSource``.
///
/// ``bind(_:source:logger:)`` takes the port, ``run()`` serves until ``drain()`` or until its task is cancelled.
package final class OriginServer: Sendable {
    /// How a server serves.
    package struct Configuration: Sendable {
        /// Name or address to listen at.
        package var host: String
        /// 0 takes any free port.
        package var port: Int
        /// Tells consumers which origin they talk to.
        package var nodeName: String
        /// Connections open at once; those beyond are closed.
        package var maximumConnections = 1_024
        /// Snapshots under way at once; consumers beyond them are told to come again.
        package var maximumSnapshots = 8
        /// Entries that are replayed at most to a consumer that can compare what it holds instead: further behind, it
        /// reconciles by manifest.
        package var maximumReplay: UInt64 = 100_000
        /// How often a set hash is sent while the stream moves.
        package var checkpointInterval = Duration.seconds(5)
        /// How often PING is sent, and the source's head looked at.
        package var pingInterval = TimeAmount.seconds(1)
        /// With it the server speaks TLS only, and consumers show a certificate; without, plain from loopback only.
        package var tls: StreamIdentity?
        /// How long a TLS handshake may take.
        package var handshakeTimeout = TimeAmount.seconds(5)
        /// Handshakes under way at once, in all and from one address; connections beyond them are closed.
        package var maximumHandshakes = (all: 128, ofAddress: 16)
        /// Where the connections run.
        package var group: any EventLoopGroup

        /// A server at an address; the rest as usual.
        package init(
            host: String,
            port: Int,
            nodeName: String,
            group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
        ) {
            self.host = host
            self.port = port
            self.nodeName = nodeName
            self.group = group
        }
    }

    private struct Accepted: Sendable {
        let channel: OriginConnection.Channel
        let connection: OriginConnection
    }

    private let listener: NIOAsyncChannel<Accepted?, Never>
    private let shared: OriginShared
    private let logger: Logger
    private let pingInterval: TimeAmount

    private init(
        listener: NIOAsyncChannel<Accepted?, Never>,
        shared: OriginShared,
        logger: Logger,
        pingInterval: TimeAmount
    ) {
        self.listener = listener
        self.shared = shared
        self.logger = logger
        self.pingInterval = pingInterval
    }

    /// Binds the listening socket. Throws NIO's `IOError` when the address cannot be used.
    package static func bind(
        _ configuration: Configuration,
        source: any OriginSource,
        logger: Logger
    ) async throws -> OriginServer {
        let registry = OriginRegistry()
        let feed = OriginFeed(source: source, logger: logger) {
            registry.endAll(ProtocolError(.gone, "the epoch changed"))
        }
        let shared = OriginShared(
            source: source,
            feed: feed,
            registry: registry,
            nodeName: configuration.nodeName,
            maximumSnapshots: configuration.maximumSnapshots,
            maximumReplay: configuration.maximumReplay,
            checkpointInterval: configuration.checkpointInterval,
            logger: logger
        )
        let limit = configuration.maximumConnections
        let pingInterval = configuration.pingInterval
        let security = configuration.tls.map { OriginSecurity($0, configuration) }
        let listener = try await ServerBootstrap(group: configuration.group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: configuration.host, port: configuration.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.accept(channel, shared, security, limit: limit, pingInterval: pingInterval)
                }
            }
        return OriginServer(listener: listener, shared: shared, logger: logger, pingInterval: pingInterval)
    }

    /// Where the server listens.
    package var localAddress: SocketAddress? { listener.channel.localAddress }

    /// The number of open connections.
    package var connections: Int { shared.registry.count }

    /// What was sent beside entries.
    package var statistics: OriginStatistics { shared.statistics }

    /// The source has new entries: they are read and sent at once. From any thread, as often as it likes.
    package func wake() {
        shared.feed.wake()
    }

    /// Tells all connected consumers to go elsewhere; they may come again. From any thread.
    package func turnAway(_ reason: String) {
        shared.registry.endAll(ProtocolError(.draining, reason, retryMilliseconds: 1_000))
    }

    /// The bound of some consumers (``OriginSource/ceiling``) has moved: what it allows is sent at once. From any thread.
    package func ceilingMoved() {
        shared.feed.notifyAll()
    }

    /// Takes no new consumers and tells the connected ones to go elsewhere; ``run()`` then returns. From any thread.
    package func drain() {
        listener.channel.close(promise: nil)
        shared.registry.endAll(
            ProtocolError(.draining, "the origin is going down", retryMilliseconds: 1_000),
            forever: true
        )
    }

    /// Serves until drained or cancelled.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.shared.feed.run() }
            group.addTask { try await self.tick() }
            do {
                try await serve()
            } catch let error as ChannelError where error == .alreadyClosed {
                // Drained before it was run.
            }
            group.cancelAll()
        }
    }

    private func serve() async throws {
        try await withThrowingDiscardingTaskGroup { connections in
            try await listener.executeThenClose { inbound in
                for try await accepted in inbound {
                    guard let accepted else { continue }
                    connections.addTask { await accepted.connection.run(accepted.channel) }
                }
            }
        }
    }

    /// The wake-ups of the main path do not wait for this: it finds heads that nobody told of, and stalled consumers.
    private func tick() async throws {
        while true {
            shared.feed.tick()
            do {
                try await Task.sleep(for: .nanoseconds(pingInterval.nanoseconds))
            } catch {
                return
            }
        }
    }

    /// Sets a connection up; nil when there are too many.
    private static func accept(
        _ channel: any Channel,
        _ shared: OriginShared,
        _ security: OriginSecurity?,
        limit: Int,
        pingInterval: TimeAmount
    ) throws -> Accepted? {
        let end: OriginRegistry.End = { error in channel.triggerUserOutboundEvent(error, promise: nil) }
        guard let id = shared.registry.open(limit: limit, end: end) else {
            channel.close(promise: nil)
            return nil
        }
        channel.closeFuture.whenComplete { _ in shared.registry.close(id) }
        let connection = OriginConnection(
            id: id,
            shared: shared,
            peer: channel.remoteAddress,
            admitted: security.map { _ in AdmittedPeer() }
        )
        if let security, let admitted = connection.admitted {
            guard try security.secure(channel, admitted) else {
                channel.close(promise: nil)
                return nil
            }
        }
        try channel.pipeline.syncOperations.addHandler(
            OriginChannelHandler(pingInterval: pingInterval) { connection.tick() }
        )
        // Came in while everybody else was told to go.
        if let refusal = shared.registry.refusal { end(refusal) }
        let wrapped = try OriginConnection.Channel(wrappingChannelSynchronously: channel)
        return Accepted(channel: wrapped, connection: connection)
    }
}
