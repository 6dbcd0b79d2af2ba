// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import NIOCore
import Synchronization

/// One consumer's connection: a task reads its lines, another sends, and the session in between decides.
final class OriginConnection: Sendable {
    typealias Channel = NIOAsyncChannel<[UInt8], OriginOutbound>

    let id: UInt64
    let shared: OriginShared
    let session: Mutex<OriginSession>
    let signal = Signal()
    let reporter: OriginReporter
    let counts: OriginCounts
    /// The nodes behind the relay that this connection is of.
    let nodesBehind = NodesBehind()
    let isPeerLocal: Bool
    /// Whom TLS found at the other side; nil for plain connections.
    let admitted: AdmittedPeer?
    /// The address that the consumer connects from.
    let peerAddress: String?
    let logger: Logger

    private let view: Mutex<any OriginSource>

    init(id: UInt64, shared: OriginShared, peer: SocketAddress?, admitted: AdmittedPeer? = nil) {
        self.id = id
        self.shared = shared
        self.admitted = admitted
        session = Mutex(OriginSession(now: OriginShared.now))
        reporter = OriginReporter(source: shared.source)
        counts = OriginCounts(source: shared.source)
        view = Mutex(shared.source)
        peerAddress = peer?.ipAddress
        isPeerLocal = peer.map(OriginShared.isLoopback) ?? false
        var logger = shared.logger
        logger[metadataKey: "peer"] = "\(peer?.description ?? "unknown")"
        self.logger = logger
    }

    /// What the consumer is served from: after its introduction, its own view.
    var source: any OriginSource { view.withLock { $0 } }

    /// Gives the consumer its own view, and its introduction the address that it connects from.
    func introduce(_ node: OriginNode) throws(ProtocolError) -> OriginNode {
        let own = try shared.source.view(for: node)
        view.withLock { $0 = own }
        return node.placed(at: peerAddress)
    }

    /// The newest position that the consumer may have now.
    var ceiling: UInt64 { min(shared.feed.head, source.ceiling ?? .max) }

    /// Octets after which a chunk of a snapshot is ended.
    var chunkOctets: Int { session.withLock { $0.chunkOctets } }

    /// For the channel's timer: the head to tell of, or why the connection ends.
    func tick() -> Result<UInt64, ProtocolError> {
        Result { () throws(ProtocolError) -> UInt64 in
            try session.withLock { session throws(ProtocolError) in try session.check(now: OriginShared.now) }
            return max(shared.feed.head, shared.source.knownHead)
        }
    }

    /// Serves the consumer until either side ends.
    func run(_ channel: Channel) async {
        shared.feed.subscribe(id, signal)
        defer { shared.feed.unsubscribe(id) }
        do {
            try await channel.executeThenClose { inbound, outbound in
                do {
                    try await exchange(inbound, outbound)
                } catch let error as ProtocolError {
                    // The handler sends the reason, behind everything written so far, and closes.
                    try? await channel.channel.triggerUserOutboundEvent(error)
                    throw error
                }
            }
        } catch is CancellationError {
            logger.debug("connection cancelled")
        } catch let error as ProtocolError {
            logger.notice("connection ended", metadata: ["reason": "\(error)"])
        } catch {
            logger.info("connection lost", metadata: ["error": "\(error)"])
        }
        guard let node = reporter.node, shared.registry.remove(node.name, id: id) else { return }
        // Whatever is behind a relay that is lost cannot be told of any more.
        for lost in nodesBehind.takeConnected() { await shared.source.nodeReported(.disconnected, by: lost) }
        reporter.add(.disconnected)
        await reporter.report()
    }

    private func exchange(
        _ inbound: NIOAsyncChannelInboundStream<[UInt8]>,
        _ outbound: NIOAsyncChannelOutboundWriter<OriginOutbound>
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.read(inbound) }
            group.addTask { try await self.send(OriginWriter(outbound)) }
            group.addTask { try await self.reporter.run() }
            group.addTask { try await self.keepCounts() }
            // Whichever ends first ends the connection.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Suspends until the session allows more to be sent.
    func waitForCredit() async throws {
        while !session.withLock({ $0.hasCredit }) { try await signal.wait() }
    }

    func sentChunk(_ number: UInt64, octets: Int) {
        session.withLock { $0.sentChunk(number, octets: octets, now: OriginShared.now) }
    }

    /// Has the consumer's counts kept, and says so to it.
    private func keepCounts() async throws {
        while true {
            let marks = try await counts.keep(from: reporter, logger)
            session.withLock { session in
                for mark in marks { session.recorded(mark) }
            }
            signal.notify()
        }
    }

    private func read(_ inbound: NIOAsyncChannelInboundStream<[UInt8]>) async throws {
        for try await line in inbound {
            let report = try session.withLock { session throws(ProtocolError) in
                try session.receive(line, now: OriginShared.now)
            }
            switch report {
            case .acknowledged(let position):
                reporter.add(.acknowledged(epoch: session.withLock { $0.epoch }, position: position))
            case .refused(let position, let zone, let error):
                logger.warning(
                    "a consumer refused a zone",
                    metadata: ["zone": "\(zone)", "position": "\(position)", "reason": "\(error)"]
                )
                reporter.add(.refused(position: position, zone: zone, code: error.code.rawValue, reason: error.text))
            case .node(let news):
                guard let relay = reporter.node else { break }
                let (node, event) = try nodesBehind.take(news, of: relay.name)
                await shared.source.nodeReported(event, by: node)
            case .nodeRefused(let name, let position, let zone, let error):
                guard let relay = reporter.node else { break }
                let node = nodesBehind.node(name, of: relay.name)
                await shared.source.nodeReported(
                    .refused(position: position, zone: zone, code: error.code.rawValue, reason: error.text),
                    by: node
                )
            case .counted(let report):
                counts.add(report)
            case .ended(let error):
                if let error { logger.warning("the consumer gave up", metadata: ["reason": "\(error)"]) }
                return
            case nil:
                break
            }
            signal.notify()
        }
    }
}
