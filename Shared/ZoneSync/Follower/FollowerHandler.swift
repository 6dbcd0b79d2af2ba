// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix
import ZoneStore

/// Runs a ``FollowerSession`` on one connection.
///
/// Everything but the replica's transactions happens on the event loop: what has arrived is parsed as it arrives, and
/// as soon as the store's thread is free everything parsed goes to it as one batch. No timer lies between a message
/// and its acknowledgement.
final class FollowerHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// How the connection ended.
    struct Ending: Sendable {
        /// What one side told the other; nil when the connection just ended.
        var reason: ProtocolError?
        /// What the system said of the connection, when it said something.
        var lost: String?
        /// Entries or zones were received.
        var wasUseful: Bool
        var asksForMending: Bool
        /// The replica could not be written: trying again at once would end the same.
        var storeFailed = false
    }

    /// Octets received and not applied, above which nothing more is read.
    private let pendingLimit: Int
    private let silenceLimit: TimeAmount
    private let thread: NIOThreadPool
    private let applier: FollowerThread
    private let store: ZoneStore
    private let ended: EventLoopPromise<Ending>
    private let update: (FollowerStatus) -> Void
    private let reports: ReportQueue?
    /// The queue's number of this connection.
    private var reportConnection: Int?
    private let outbox: RelayOutbox?
    /// The outbox's number of this connection.
    private var outboxConnection: Int?

    private var session: FollowerSession
    private var lines = LineBuffer()
    private var reason: ProtocolError?
    private var lost: String?
    private var isEnded = false
    private var storeFailed = false
    private var isReadHeldBack = false
    private var lastRead = NIODeadline.now()
    private var timer: RepeatedTask?

    init(
        start: FollowerSession.Start,
        store: ZoneStore,
        thread: NIOThreadPool,
        silenceLimit: TimeAmount,
        reports: ReportQueue?,
        outbox: RelayOutbox?,
        ended: EventLoopPromise<Ending>,
        update: @escaping (FollowerStatus) -> Void
    ) {
        session = FollowerSession(start)
        pendingLimit = 2 * start.window
        applier = FollowerThread(store: store)
        self.store = store
        self.thread = thread
        self.silenceLimit = silenceLimit
        self.reports = reports
        self.outbox = outbox
        self.ended = ended
        self.update = update
    }

    func channelActive(context: ChannelHandlerContext) {
        lastRead = .now()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let interval = TimeAmount.nanoseconds(max(silenceLimit.nanoseconds / 4, 1_000_000))
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let (handler, context) = bound.value
            handler.checkSilence(context)
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        isEnded = true
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // Comes also where the connection was never made.
        ended.succeed(
            Ending(
                reason: reason,
                lost: lost,
                wasUseful: session.hasFollowed,
                asksForMending: session.asksForMending,
                storeFailed: storeFailed
            )
        )
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if reason == nil { lost = "\(error)" }
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnded else { return }
        lastRead = .now()
        lines.append(unwrapInboundIn(data))
        do throws(ProtocolError) {
            while let line = lines.next(limit: session.lineLimit) { try session.receive(line) }
            if lines.isDiscarding, session.lineLimit == ProtocolLimits.controlLine {
                throw ProtocolError(.tooLong, "a control line has more than \(ProtocolLimits.controlLine) octets")
            }
        } catch {
            end(error, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        proceed(context)
        context.fireChannelReadComplete()
    }

    /// Triggered on the channel when a zone was marked as damaged from outside, or there are counts to report.
    struct AttentionRequest: Sendable {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is AttentionRequest { proceed(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func read(context: ChannelHandlerContext) {
        guard session.pendingOctets < pendingLimit else {
            isReadHeldBack = true
            return
        }
        context.read()
    }

    /// Sends what the session wants sent, and gives the store's thread its next batch.
    private func proceed(_ context: ChannelHandlerContext) {
        guard !isEnded else { return }
        let damaged = store.damagedZones
        if !damaged.isEmpty { session.mend(damaged) }
        exchangeCounts()
        tellOfNodes()
        var octets = context.channel.allocator.buffer(capacity: 256)
        for message in session.takeOutgoing() { octets.writeString(message.line + "\n") }
        if octets.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(octets), promise: nil) }
        if let batch = session.takeBatch() { apply(batch, context) }
        update(session.status)
    }

    /// Tells the queue which reports are kept, and takes those that may be sent from it.
    private func exchangeCounts() {
        guard let reports, session.mayCount else { return }
        let connection = reportConnection ?? reports.connect()
        reportConnection = connection
        for mark in session.takeCounted() { reports.acknowledge(mark) }
        for report in reports.take(connection) { session.count(report) }
    }

    /// Sends what a relay has to tell of the nodes behind it.
    private func tellOfNodes() {
        guard let outbox, session.mayTellOfNodes else { return }
        let connection = outboxConnection ?? outbox.connect()
        outboxConnection = connection
        for mark in session.takeCounted() { outbox.acknowledge(mark) }
        for message in outbox.take(connection, counts: session.mayCount) { session.tell(message) }
    }

    private func apply(_ batch: FollowerBatch, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let applier = applier
        thread.runIfActive(eventLoop: context.eventLoop) { try applier.apply(batch) }
            .whenComplete { result in
                let (handler, context) = bound.value
                handler.applied(result, context)
            }
    }

    private func applied(_ result: Result<FollowerBatchResult, any Error>, _ context: ChannelHandlerContext) {
        guard !isEnded else { return }
        do {
            try session.finished(result.get())
        } catch let error as ProtocolError {
            end(error, context)
        } catch {
            // Nothing is acknowledged; what is held stays in service.
            storeFailed = true
            end(ProtocolError(.internalError, "the replica cannot be written: \(error)"), context)
        }
        proceed(context)
        if isReadHeldBack, session.pendingOctets < pendingLimit {
            isReadHeldBack = false
            lastRead = .now()
            context.read()
        }
    }

    private func checkSilence(_ context: ChannelHandlerContext) {
        guard !isReadHeldBack, NIODeadline.now() - lastRead > silenceLimit else { return }
        end(ProtocolError(.timeout, "the origin was silent for \(silenceLimit.nanoseconds / 1_000_000) ms"), context)
    }

    /// Ends the connection; a reason of this side is told to the other.
    private func end(_ error: ProtocolError, _ context: ChannelHandlerContext) {
        guard !isEnded else { return }
        isEnded = true
        reason = error
        let line = ByteBuffer(string: ClientMessage.failure(error).line + "\n")
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(line)).whenComplete { _ in channel.close(promise: nil) }
        update(session.status)
    }
}
