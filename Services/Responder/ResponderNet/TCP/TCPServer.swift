// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import NIOCore
import NIOPosix
package import ResponderEngine
package import Runtime
import ServiceLifecycle
import Synchronization
package import ZoneStore

/// DNS over TCP, or over TLS, on one or more addresses.
package final class TCPServer: Service {
    /// What a server is made of beside its addresses.
    package struct Configuration: Sendable {
        /// How queries are answered.
        package var engine: ResponderConfiguration
        /// What clients may take.
        package var limits: TCPLimits
        /// Event loops, each with a responder of its own; at least one.
        package var threads = 1
        /// Answers zone transfers; nil leaves them to the engine, which refuses them.
        package var transfers: TransferRunner?
        /// The certificate to show; nil serves plain TCP.
        package var tls: TLSIdentity?
        /// How long connections may take to end in their own time when the server stops.
        package var drainLimit = TimeAmount.seconds(3)

        /// What is usual, with these answers and limits.
        package init(engine: ResponderConfiguration, limits: TCPLimits = TCPLimits()) {
            self.engine = engine
            self.limits = limits
        }
    }

    /// Counters of each event loop's responder.
    package let counters: [ResponderCounters]
    /// The connections, counted.
    package let connections: ConnectionTotals
    /// The sockets that are listened at.
    package let listeners: [StreamListener]
    /// The addresses listened at, with the ports that the system chose where 0 was asked for.
    package var addresses: [HostPort] { listeners.map(\.address) }

    private let configuration: Configuration
    private let group: MultiThreadedEventLoopGroup
    private let workers: [StreamWorker]
    private let channels = Mutex<[any Channel]?>([])

    /// A server that does not accept connections before ``start()``.
    package init(store: ZoneStore, listeners: [StreamListener], configuration: Configuration) async throws {
        self.listeners = listeners
        self.configuration = configuration
        let totals = ConnectionTotals()
        connections = totals
        let threads = max(configuration.threads, 1)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        self.group = group
        var workers: [StreamWorker] = []
        do {
            for loop in group.makeIterator() {
                workers.append(
                    try await loop.submit {
                        try StreamWorker(store, configuration, totals, loop, loops: threads)
                    }.get()
                )
            }
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        self.workers = workers
        counters = workers.map(\.counters)
    }

    /// Binds all addresses and begins to serve; when one cannot be had none stays bound.
    package static func bind(
        to addresses: [HostPort],
        store: ZoneStore,
        configuration: Configuration
    ) async throws -> TCPServer {
        let option = configuration.tls == nil ? "listen" : "listen-tls"
        let listeners = try addresses.map { try StreamListener($0, option: option) }
        let server = try await TCPServer(store: store, listeners: listeners, configuration: configuration)
        do {
            try await server.start()
        } catch {
            await server.close()
            throw error
        }
        return server
    }

    /// Begins to accept connections; those that came before wait in the sockets.
    package func start() async throws {
        for listener in listeners {
            let channel = try await accept(from: listener)
            let isOpen = channels.withLock { channels in
                channels?.append(channel)
                return channels != nil
            }
            if !isOpen { try? await channel.close() }
        }
    }

    /// Accepts no more connections; those that are open go on, and new ones wait in the sockets for a successor.
    package func stopAccepting() async {
        let open = channels.withLock { channels in
            defer { channels = nil }
            return channels ?? []
        }
        for channel in open { try? await channel.close() }
    }

    /// Serves until shutdown, then closes: what is owed to clients is still sent.
    package func run() async throws {
        try? await gracefulShutdown()
        await stopAccepting()
        await drain(patience: .milliseconds(100), limit: configuration.drainLimit)
        await close()
    }

    /// Waits for the connections to end: those whose clients send nothing for `patience` are closed.
    ///
    /// Returns when none is left, after `limit`, or when the task is cancelled, whichever comes first.
    package func drain(patience: TimeAmount, limit: TimeAmount) async {
        let deadline = NIODeadline.now() + limit
        await withTaskCancellationHandler {
            for worker in workers { await worker.drain(patience: patience, until: deadline) }
        } onCancel: {
            for worker in workers { worker.endAll() }
        }
    }

    /// Gives everything back; open connections are closed.
    package func close() async {
        await stopAccepting()
        try? await group.shutdownGracefully()
    }

    private func accept(from listener: StreamListener) async throws -> any Channel {
        let workers = Dictionary(uniqueKeysWithValues: workers.map { (ObjectIdentifier($0.eventLoop), $0) })
        let descriptor = try listener.duplicate()
        let channel = try await ServerBootstrap(group: group)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: configuration.tls == nil)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 512, maximum: 16_384)
            )
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 8_192, high: 32_768))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try workers[ObjectIdentifier(channel.eventLoop)]?.accept(channel)
                }
            }
            .withBoundSocket(descriptor).get()
        listener.restoreBacklog()
        return channel
    }
}

extension StreamListener {
    /// A bound socket, or the error that names the address and the option that gave it.
    package convenience init(_ address: HostPort, option: String) throws(DaemonError) {
        do {
            try self.init(address)
        } catch {
            throw .cannotListen(on: address, option: option, error: error)
        }
    }
}
