// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix
package import ResponderEngine
package import Runtime
import ServiceLifecycle
package import ZoneStore

/// DNS over TCP on one or more addresses.
package struct TCPServer: Service {
    /// Counters of each event loop's responder.
    package let counters: [ResponderCounters]
    /// Open connections, counted.
    package let connections: TCPConnectionCount
    /// The bound addresses, with the ports the system chose where 0 was asked for.
    package let addresses: [HostPort]
    private let channels: [any Channel]
    private let group: MultiThreadedEventLoopGroup

    /// Binds all addresses; when one cannot be had none stays bound.
    package static func bind(
        to addresses: [HostPort],
        store: ZoneStore,
        configuration: ResponderConfiguration,
        limits: TCPLimits,
        threads: Int = 1
    ) async throws -> TCPServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(threads, 1))
        let count = TCPConnectionCount(limits: limits)
        var counters: [ResponderCounters] = []
        var responders: [ObjectIdentifier: NIOLoopBoundBox<TCPResponder>] = [:]
        var channels: [any Channel] = []
        var bound: [HostPort] = []
        do {
            for loop in group.makeIterator() {
                let (responder, loopCounters) = try await loop.submit {
                    let responder = try TCPResponder(store: store, configuration: configuration)
                    return (NIOLoopBoundBox(responder, eventLoop: loop), responder.counters)
                }.get()
                responders[ObjectIdentifier(loop)] = responder
                counters.append(loopCounters)
            }
            for address in addresses {
                let channel = try await Self.bind(address, group, responders, count, limits)
                channels.append(channel)
                bound.append(HostPort(host: address.host, port: channel.localAddress?.port ?? address.port))
            }
        } catch {
            for channel in channels { try? await channel.close() }
            try? await group.shutdownGracefully()
            throw error
        }
        return TCPServer(
            counters: counters,
            connections: count,
            addresses: bound,
            channels: channels,
            group: group
        )
    }

    /// Serves until shutdown, then closes; answers under way are still sent.
    package func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            for channel in channels { try? await channel.closeFuture.get() }
        } onCancelOrGracefulShutdown: {
            for channel in channels { channel.close(promise: nil) }
        }
        try? await group.shutdownGracefully()
    }

    /// Gives back a server whose ``run()`` was never reached.
    package func close() async {
        for channel in channels { try? await channel.close() }
        try? await group.shutdownGracefully()
    }

    private static func bind(
        _ address: HostPort,
        _ group: MultiThreadedEventLoopGroup,
        _ responders: [ObjectIdentifier: NIOLoopBoundBox<TCPResponder>],
        _ count: TCPConnectionCount,
        _ limits: TCPLimits
    ) async throws -> any Channel {
        do {
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 512)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Self.accept(channel, responders, count, limits)
                    }
                }
                .bind(host: address.host, port: address.port).get()
        } catch {
            throw DaemonError.cannotListen(on: address, option: "listen", error: error)
        }
    }

    private static func accept(
        _ channel: any Channel,
        _ responders: [ObjectIdentifier: NIOLoopBoundBox<TCPResponder>],
        _ count: TCPConnectionCount,
        _ limits: TCPLimits
    ) throws {
        let address = channel.remoteAddress?.ipAddress ?? ""
        guard let responder = responders[ObjectIdentifier(channel.eventLoop)], count.open(address) else {
            channel.close(promise: nil)
            return
        }
        channel.closeFuture.whenComplete { _ in count.close(address) }
        try channel.pipeline.syncOperations.addHandler(
            TCPQueryHandler(
                responder: responder.value,
                isIPv6: channel.remoteAddress?.protocol == .inet6,
                idleTimeout: limits.idleTimeout
            )
        )
    }
}
