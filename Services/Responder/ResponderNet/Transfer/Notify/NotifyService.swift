// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import ZoneStore

/// Tells peers of changed zones, from start to shutdown.
final class NotifyService: Service {
    private let eventLoop: any EventLoop
    private let sender: NIOLoopBound<NotifySender>
    private let policy: TransferPolicy
    private let catalogs: Catalogs?
    private let sources: [SocketAddress]
    private let logger: Logger
    private let start = AsyncStream.makeStream(of: Void.self)

    /// - Parameters:
    ///   - sources: local addresses to send from, at most one a family; the system chooses for a family without.
    ///   - sweepRate: zones a second that each peer is told of at the start; 0 for none.
    init(
        store: ZoneStore,
        policy: TransferPolicy,
        catalogs: Catalogs? = nil,
        counters: TransferCounters,
        sources: [SocketAddress],
        sweepRate: Int,
        timing: NotifyTiming = NotifyTiming(),
        logger: Logger
    ) async throws {
        let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()
        eventLoop = loop
        self.policy = policy
        self.catalogs = catalogs
        self.sources = sources
        self.logger = logger
        sender = try await loop.submit {
            NIOLoopBound(
                NotifySender(
                    store: store,
                    catalogs: catalogs,
                    counters: counters,
                    logger: logger,
                    timing: timing,
                    sweepRate: sweepRate,
                    eventLoop: loop,
                    now: WallClock.seconds
                ),
                eventLoop: loop
            )
        }.get()
    }

    /// Notes that zones have changed; from any thread.
    func changed(_ zones: [Name]) {
        guard !zones.isEmpty else { return }
        eventLoop.execute { [sender] in sender.value.changed(zones) }
    }

    /// Goes on with the peers that are in force now; from any thread.
    func peersChanged() {
        let peers = policy.peers
        eventLoop.execute { [sender] in sender.value.setTargets(peers.notifyTargets, keyring: peers.keyring) }
    }

    /// Returns when changes are told from now on.
    func started() async {
        for await _ in start.stream {}
    }

    func run() async throws {
        let channels = await bind()
        // The process that has followed until now may have gone on with the catalogs meanwhile.
        if let catalogs {
            do {
                _ = try await NIOThreadPool.singleton.runIfActive { try catalogs.resynchronise() }
            } catch {
                logger.error("catalogs cannot be read", metadata: ["reason": "\(error)"])
            }
        }
        peersChanged()
        eventLoop.execute { [sender] in sender.value.start(channels) }
        start.continuation.finish()
        try? await gracefulShutdown()
        try? await eventLoop.submit { [sender] in sender.value.stop() }.get()
        for channel in channels { try? await channel.close() }
    }

    /// A socket of each family that there is.
    private func bind() async -> [any Channel] {
        var channels: [any Channel] = []
        for (family, wildcard) in [(NIOBSDSocket.ProtocolFamily.inet, "0.0.0.0"), (.inet6, "::")] {
            let source = sources.first { $0.protocol == family }
            do {
                let address = try source ?? SocketAddress(ipAddress: wildcard, port: 0)
                let bootstrap = DatagramBootstrap(group: eventLoop).channelInitializer { [sender] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(NotifyAnswerHandler(sender.value))
                    }
                }
                channels.append(try await bootstrap.bind(to: address).get())
            } catch {
                // A machine without IPv6 has no use for it; a source that was asked for should be there.
                logger.log(
                    level: source == nil ? .debug : .error,
                    "cannot send notifications from an address",
                    metadata: ["address": "\(source?.ipAddress ?? wildcard)", "reason": "\(error)"]
                )
            }
        }
        return channels
    }
}
