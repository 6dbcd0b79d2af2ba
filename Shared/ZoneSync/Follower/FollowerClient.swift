// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
package import NIOCore
import NIOPosix
import Synchronization
package import ZoneStore

/// Keeps a ``ZoneStore`` following one of a list of origins.
///
/// ``run()`` returns only when its task is cancelled. While no origin can be reached the store keeps what it has.
package final class FollowerClient: Sendable {
    /// An origin's address.
    package struct Upstream: Sendable, Hashable, CustomStringConvertible {
        /// Name or address.
        package var host: String
        /// TCP port.
        package var port: Int

        /// The origin at a host and port.
        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `host:port`, an IPv6 address in brackets.
        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// How a client follows.
    package struct Configuration: Sendable {
        /// How the follower introduces itself.
        package var node: OriginNode
        /// Tried in order, from the one after the last that failed.
        package var upstreams: [Upstream]
        /// Octets that an origin may send ahead of acknowledgements.
        package var window = ProtocolLimits.defaultWindow
        /// How long one address may take to accept the connection.
        package var connectTimeout = TimeAmount.seconds(2)
        /// The origin sends a PING a second: after this long without an octet the connection is given up.
        package var silenceLimit = TimeAmount.milliseconds(3_500)
        /// Mending the replica from a snapshot, because of a set hash, at most once in this time; by manifest at once, and
        /// up to this much later each time it did not help.
        package var mendingInterval = TimeAmount.minutes(10)
        /// With it origins are followed over TLS only; without, plain, which they allow from loopback only.
        package var tls: StreamIdentity?
        /// Zones whose newest state was refused before the client was made, with the reason.
        package var quarantined: [String: String] = [:]
        /// Counts to tell origins of; nil for none.
        package var reports: ReportQueue?
        /// What a relay has to tell of the nodes behind it; nil where there are none.
        package var outbox: RelayOutbox?
        /// Where the connections run.
        package var group: any EventLoopGroup

        /// A follower with this name and these origins; the rest as usual.
        package init(
            node: OriginNode,
            upstreams: [Upstream],
            group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
        ) {
            self.node = node
            self.upstreams = upstreams
            self.group = group
        }
    }

    private struct State {
        var status = FollowerStatus()
        var mends = false
        var mending = MendingPace()
        /// The connection, while there is one.
        var channel: (any Channel)?
        /// When each failure was last logged.
        var said: [String: NIODeadline] = [:]
    }

    /// How long the same failure is not logged again.
    private static let repeatInterval = TimeAmount.minutes(1)

    private let configuration: Configuration
    private let store: ZoneStore
    private let logger: Logger
    private let state: Mutex<State>

    /// A client that keeps `store` following; nothing happens before ``run()``.
    package init(configuration: Configuration, store: ZoneStore, logger: Logger) {
        self.configuration = configuration
        self.store = store
        self.logger = logger
        var state = State()
        state.status.quarantined = configuration.quarantined
        self.state = Mutex(state)
    }

    /// Where the follower stands, from any thread.
    package var status: FollowerStatus { state.withLock { $0.status } }

    /// Compares the replica with an origin as soon as there is one, and makes it equal; at most once in the configured
    /// time.
    package func mend() {
        let channel = state.withLock { state -> (any Channel)? in
            guard state.mending.isDue(.now(), byManifest: false, longest: configuration.mendingInterval) else {
                return nil
            }
            state.mends = true
            state.mending.begin(.now())
            return state.channel
        }
        channel?.close(promise: nil)
    }

    /// Asks the origin for zones that are marked as damaged, without waiting for the stream to bring something.
    package func mendSoon() {
        drawAttention()
    }

    /// Tells the origin of new counts in the queue of the configuration, without waiting for something to come from it.
    package func reportSoon() {
        drawAttention()
    }

    private func drawAttention() {
        let channel = state.withLock(\.channel)
        channel?.pipeline.fireUserInboundEventTriggered(FollowerHandler.AttentionRequest())
    }

    /// Follows until cancelled. All transactions of the store run on a thread of their own.
    package func run() async throws {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        defer { thread.shutdownGracefully { _ in } }
        var backoff = FollowerBackoff()
        var generator = SystemRandomNumberGenerator()
        var attempts = 0
        while !Task.isCancelled, !configuration.upstreams.isEmpty {
            let upstream = configuration.upstreams[attempts % configuration.upstreams.count]
            let ending = await follow(upstream, thread)
            if Task.isCancelled { break }
            note(ending, from: upstream)
            if ending.wasUseful, !ending.storeFailed {
                backoff.reset()
            }
            if ending.goesElsewhere { attempts += 1 }
            if ending.reason?.code == .draining, configuration.upstreams.count > 1, ending.wasUseful { continue }
            var wait = backoff.next(using: &generator)
            if let retry = ending.reason?.retryMilliseconds, configuration.upstreams.count == 1 {
                wait = max(wait, .milliseconds(min(retry, 10_000)))
            }
            try? await Task.sleep(for: wait)
        }
        state.withLock { state in
            state.status.isLive = false
            state.channel = nil
        }
    }

    /// One connection, from beginning to end.
    private func follow(_ upstream: Upstream, _ thread: NIOThreadPool) async -> FollowerHandler.Ending {
        do {
            let start = try await start(thread)
            let channel = try await connect(upstream, start, thread)
            state.withLock { state in
                state.status.upstream = upstream.description
                state.status.connections += 1
                state.channel = channel.channel
            }
            return await withTaskCancellationHandler {
                (try? await channel.ended.get()) ?? .lost("the connection ended")
            } onCancel: {
                channel.channel.close(promise: nil)
            }
        } catch let error as NIOConnectionError {
            return .lost(Self.text(of: error))
        } catch {
            return .lost("\(error)")
        }
    }

    /// The system's reason of each address that was tried, once.
    private static func text(of error: NIOConnectionError) -> String {
        var reasons: [String] = []
        for failure in error.connectionErrors {
            let reason = (failure.error as? IOError)?.description ?? "\(failure.error)"
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        if let error = error.dnsAError ?? error.dnsAAAAError, reasons.isEmpty { reasons = ["\(error)"] }
        return "cannot connect: \(reasons.joined(separator: ", "))"
    }

    private struct Connected: Sendable {
        let channel: any Channel
        let ended: EventLoopFuture<FollowerHandler.Ending>
    }

    private func connect(
        _ upstream: Upstream,
        _ start: FollowerSession.Start,
        _ thread: NIOThreadPool
    ) async throws -> Connected {
        let store = store
        let silenceLimit = configuration.silenceLimit
        let reports = configuration.reports
        let outbox = configuration.outbox
        let tls = configuration.tls
        return try await ClientBootstrap(group: configuration.group)
            .connectTimeout(configuration.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: upstream.host, port: upstream.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let ended = channel.eventLoop.makePromise(of: FollowerHandler.Ending.self)
                    try tls?.follow(upstream.host, in: channel, timeout: silenceLimit)
                    let handler = FollowerHandler(
                        start: start,
                        store: store,
                        thread: thread,
                        silenceLimit: silenceLimit,
                        reports: reports,
                        outbox: outbox,
                        ended: ended
                    ) { [weak self] status in
                        self?.take(status, from: upstream)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return Connected(channel: channel, ended: ended.futureResult)
                }
            }
    }

    /// What the replica holds now; read on the store's thread, behind any batch of the connection before.
    private func start(_ thread: NIOThreadPool) async throws -> FollowerSession.Start {
        let store = store
        let (position, zones, setHash) = try await thread.runIfActive {
            (try store.position(), try store.count(), try store.setHash())
        }
        return state.withLock { state in
            let mends = state.mends
            state.mends = false
            return FollowerSession.Start(
                node: configuration.node,
                window: configuration.window,
                position: position,
                zones: zones,
                setHash: setHash,
                mends: mends,
                mayAskForMending: { [weak self] byManifest in self?.mayMend(byManifest) ?? false },
                previous: state.status
            )
        }
    }

    private func mayMend(_ byManifest: Bool) -> Bool {
        state.withLock { state in
            state.mending.isDue(.now(), byManifest: byManifest, longest: configuration.mendingInterval)
        }
    }

    private func take(_ status: FollowerStatus, from upstream: Upstream) {
        let became = state.withLock { state in
            let before = state.status
            if status.agreements > before.agreements { state.mending.succeeded() }
            state.status = status
            state.status.upstream = upstream.description
            state.status.connections = before.connections
            state.status.failures = before.failures
            state.status.storeFailures = before.storeFailures
            return (
                live: status.isLive && !before.isLive, refused: status.refused > before.refused,
                reconciling: status.reconciliations > before.reconciliations, split: status.conflicts > before.conflicts
            )
        }
        if became.reconciling {
            logger.notice("comparing what is held with the origin", metadata: ["upstream": "\(upstream)"])
        }
        if became.split {
            logger.error(
                "an origin has other contents in a version that is held: two histories under one epoch?",
                metadata: ["upstream": "\(upstream)", "epoch": "\(status.epoch)"]
            )
        }
        if became.live {
            logger.info(
                "following",
                metadata: [
                    "upstream": "\(upstream)", "epoch": "\(status.epoch)", "position": "\(status.position)",
                    "head": "\(status.head)",
                ]
            )
        }
        if became.refused {
            for (zone, reason) in status.quarantined {
                logger.error("a zone is not applied", metadata: ["zone": "\(zone)", "reason": "\(reason)"])
            }
        }
    }

    private func note(_ ending: FollowerHandler.Ending, from upstream: Upstream) {
        let text = ending.text
        let isNews = state.withLock { state in
            state.status.upstream = nil
            state.channel = nil
            state.status.isLive = false
            state.status.failures += 1
            if ending.storeFailed { state.status.storeFailures += 1 }
            if ending.asksForMending {
                state.mends = true
                state.mending.begin(.now())
            }
            // An origin that is away for a day is worth a line a minute, not one an attempt.
            let key = "\(upstream) \(text)"
            if let said = state.said[key], NIODeadline.now() - said < Self.repeatInterval { return false }
            state.said = state.said.filter { NIODeadline.now() - $0.value < Self.repeatInterval }
            state.said[key] = .now()
            return true
        }
        logger.log(
            level: isNews ? (ending.storeFailed ? .error : .warning) : .debug,
            "not following",
            metadata: ["upstream": "\(upstream)", "reason": "\(text)"]
        )
    }
}

extension FollowerHandler.Ending {
    /// A connection that could not be made or broke.
    static func lost(_ text: String) -> FollowerHandler.Ending {
        FollowerHandler.Ending(reason: nil, lost: text, wasUseful: false, asksForMending: false)
    }

    /// Why nothing is followed, in words.
    var text: String {
        reason.map { "\($0)" } ?? lost ?? "the origin closed the connection"
    }

    /// Whether the next address is to be tried; a replica to be mended or a lost position is no fault of this one.
    var goesElsewhere: Bool { !asksForMending && reason?.code != .gone }
}
