// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Logging
import NIOCore
import NIOPosix
import ZoneStore
import ZoneTransfer

/// Tells peers of changed zones over UDP (RFC 1996). Belongs to one event loop.
final class NotifySender {
    /// How often a sweep goes on.
    private static let sweepInterval = Duration.milliseconds(100)

    private final class Lane {
        let target: NotifyTarget
        var queue: NotifyLane
        var sweep: NotifySweep?
        var clients: [UInt16: TSIGClient] = [:]
        var isSilent = false

        init(_ target: NotifyTarget, timing: NotifyTiming) {
            self.target = target
            queue = NotifyLane(timing: timing)
            sweep = NotifySweep(target.zones)
            // Before all zones: it may be how the peer hears of them.
            if let catalog = target.catalog { _ = queue.changed(catalog) }
        }
    }

    private let store: ZoneStore
    private let catalogs: Catalogs?
    private let counters: TransferCounters
    private let logger: Logger
    private let timing: NotifyTiming
    private let sweepRate: Int
    private let eventLoop: any EventLoop
    private let now: @Sendable () -> UInt64
    private var keyring = TSIGKeyring()
    private var lanes: [Lane] = []
    private var channels: [any Channel] = []
    private var timer: Scheduled<Void>?
    private var nextSweep = ContinuousClock.now

    /// - Parameters:
    ///   - sweepRate: zones a second that each peer is told of at the start; 0 for none.
    ///   - now: seconds since 1970.
    init(
        store: ZoneStore,
        catalogs: Catalogs?,
        counters: TransferCounters,
        logger: Logger,
        timing: NotifyTiming,
        sweepRate: Int,
        eventLoop: any EventLoop,
        now: @escaping @Sendable () -> UInt64
    ) {
        self.store = store
        self.catalogs = catalogs
        self.counters = counters
        self.logger = logger
        self.timing = timing
        self.sweepRate = sweepRate
        self.eventLoop = eventLoop
        self.now = now
    }

    /// Takes the sockets that are sent from, at most one a family.
    func start(_ channels: [any Channel]) {
        self.channels = channels
        pump()
    }

    /// Stops; nothing is sent any more.
    func stop() {
        timer?.cancel()
        lanes = []
        channels = []
    }

    /// Takes the peers that are told from now on. Those that were there already keep what they are still to be told.
    func setTargets(_ targets: [NotifyTarget], keyring: TSIGKeyring) {
        self.keyring = keyring
        lanes = targets.map { target in
            lanes.first { $0.target == target } ?? Lane(target, timing: timing)
        }
        pump()
    }

    /// Notes that zones have changed.
    func changed(_ zones: [Name]) {
        guard !lanes.isEmpty else { return }
        for zone in zones {
            for lane in lanes where lane.target.wants(zone) && !lane.queue.changed(zone) {
                counters.notified(.dropped)
                // Too many at once: all are told again, in the pace of a sweep.
                lane.sweep = NotifySweep(lane.target.zones)
            }
        }
        pump()
    }

    /// Takes a datagram that came back.
    func received(_ octets: [UInt8], from address: SocketAddress) {
        guard octets.count >= Message.headerLength else { return }
        let id = UInt16(octets[0]) << 8 | UInt16(octets[1])
        for lane in lanes where lane.target.address == address {
            guard let zone = lane.queue.zone(of: id) else { continue }
            let answer = NotifyMessage.answer(octets, of: zone, client: lane.clients[id], now: now())
            switch answer {
            case .none: continue
            case .acknowledged: counters.notified(.acknowledged)
            case .refused(let code):
                counters.notified(.refused)
                logger.notice(
                    "a peer refuses to hear of a zone",
                    metadata: ["peer": "\(lane.target.label)", "zone": "\(zone.text)", "rcode": "\(code)"]
                )
            }
            if lane.isSilent {
                lane.isSilent = false
                logger.info("a peer answers again", metadata: ["peer": "\(lane.target.label)"])
            }
            lane.clients[id] = nil
            lane.queue.answered(id, answer == .acknowledged ? .acknowledged : .refused, now: .now)
            break
        }
        pump()
    }

    /// Does all that is due, and sets the timer for what is due next.
    private func pump() {
        timer?.cancel()
        timer = nil
        guard !channels.isEmpty, !lanes.isEmpty else { return }
        let now = ContinuousClock.now
        let sweeps = now >= nextSweep
        if sweeps { nextSweep = now + Self.sweepInterval }
        var snapshot: TransferSnapshot?
        var deadline: ContinuousClock.Instant?
        for lane in lanes {
            expire(lane, now)
            if sweeps { goOn(lane) }
            while let sending = lane.queue.next(now: now, freshID: { .random(in: .min ... .max) }) {
                if snapshot == nil { snapshot = try? store.transferSnapshot() }
                send(sending, lane, snapshot)
            }
            let next = [lane.queue.deadline, lane.sweep == nil ? nil : nextSweep].compactMap { $0 }.min()
            deadline = [deadline, next].compactMap { $0 }.min()
        }
        counters.setWaiting(lanes.reduce(0) { $0 + $1.queue.pending })
        guard let deadline else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let wait = max(deadline - now, .milliseconds(1))
        timer = eventLoop.scheduleTask(in: TimeAmount(wait)) { bound.value.pump() }
    }

    private func expire(_ lane: Lane, _ now: ContinuousClock.Instant) {
        let expired = lane.queue.advance(now: now)
        guard expired.unanswered > 0 else { return }
        counters.notified(.unanswered, expired.unanswered)
        counters.notified(.abandoned, expired.abandoned.count)
        for id in lane.clients.keys where lane.queue.zone(of: id) == nil { lane.clients[id] = nil }
        if !expired.abandoned.isEmpty, !lane.isSilent {
            lane.isSilent = true
            logger.warning("a peer does not answer notifications", metadata: ["peer": "\(lane.target.label)"])
        }
    }

    /// Adds the next zones of a sweep, unless the peer has enough to do.
    private func goOn(_ lane: Lane) {
        guard var sweep = lane.sweep else { return }
        guard sweepRate > 0 else {
            lane.sweep = nil
            return
        }
        guard lane.queue.pending < timing.window else { return }
        let names = sweep.next(limit: max(1, sweepRate / 10)) { last, limit in
            (try? store.zones(after: last, limit: limit))?.map(\.name) ?? []
        }
        lane.sweep = names == nil ? nil : sweep
        for name in names ?? [] where lane.target.wants(name) { _ = lane.queue.changed(name) }
    }

    private func soa(of zone: Name, _ target: NotifyTarget, _ snapshot: TransferSnapshot?) -> RRset? {
        guard let catalog = target.catalog, zone == catalog else { return try? snapshot?.soa(of: zone) }
        return catalogs?[CatalogKey(name: catalog, zones: target.zones)]?.soa
    }

    private func send(_ sending: NotifyLane.Sending, _ lane: Lane, _ snapshot: TransferSnapshot?) {
        guard let soa = soa(of: sending.zone, lane.target, snapshot),
            var octets = try? NotifyMessage.notification(of: soa, id: sending.id)
        else {
            // The zone is gone: its peers find out when they ask.
            lane.queue.forget(sending.id)
            return
        }
        if let name = lane.target.key, let key = keyring[name] {
            var client = TSIGClient(key: key)
            client.sign(&octets, now: now())
            lane.clients[sending.id] = client
        }
        counters.notified(.sent)
        guard let channel = channels.first(where: { $0.localAddress?.protocol == lane.target.address.protocol }) else {
            return
        }
        let envelope = AddressedEnvelope(remoteAddress: lane.target.address, data: ByteBuffer(bytes: octets))
        channel.writeAndFlush(envelope, promise: nil)
    }
}

/// Hands datagrams to the sender.
final class NotifyAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let sender: NotifySender

    init(_ sender: NotifySender) {
        self.sender = sender
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        sender.received(Array(envelope.data.readableBytesView), from: envelope.remoteAddress)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An unreachable peer: the attempt times out.
    }
}
