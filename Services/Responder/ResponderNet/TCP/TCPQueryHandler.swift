// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOSSL
import NIOTLS
import ResponderEngine

/// DNS over one TCP or TLS connection (RFC 1035 4.2.2, RFC 7766, RFC 7858): messages with a two-octet length in front.
///
/// Queries are answered in their order, but for zone transfers, whose messages others may overtake. Bounded on all
/// sides: while the client does not read its answers no more queries are read or answered; what counts as activity is
/// a complete query or answers taken, not single octets; and an idle connection keeps no buffer.
final class TCPQueryHandler: ConnectionMember, ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The shortest thing that can be a message: its header.
    private static let headerOctets = 12
    /// Answers gathered before they are written.
    private static let writeOctets = 32_768

    private let responder: TCPResponder
    private let table: ConnectionTable
    private let runner: TransferRunner?
    private let client: ClientAddress
    /// The client's port, for taps.
    private let port: UInt16
    private let transport: Transport
    /// Set while the handler is in a pipeline.
    private var context: ChannelHandlerContext?
    private var transfers: ConnectionTransfers?
    /// An incomplete query, or, while nothing may be answered, what has been read already.
    private var input = ByteBuffer()
    private var heldOctets = 0
    private var queries = 0
    private var isInputClosed = false
    private var isFinishing = false
    private var staysLonger = false

    init(
        responder: TCPResponder,
        table: ConnectionTable,
        runner: TransferRunner?,
        client: ClientAddress,
        port: UInt16,
        transport: Transport
    ) {
        self.responder = responder
        self.table = table
        self.runner = runner
        self.client = client
        self.port = port
        self.transport = transport
        super.init(client: client, phase: transport.isTLS ? .handshaking : .waiting)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        table.add(self)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var octets = unwrapInboundIn(data)
        guard !isFinishing else { return }
        if input.readableBytes == 0 {
            process(&octets, context)
        } else {
            input.writeBuffer(&octets)
            processInput(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, !isFinishing {
            table.note(self, restingPhase)
            transfers?.resume()
            processInput(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            isInputClosed = true
            if isFinishing { context.close(promise: nil) } else { processInput(context) }
        case TLSUserEvent.handshakeCompleted:
            table.totals.change { $0.handshakes += 1 }
            table.note(self, .waiting)
            context.fireUserInboundEventTriggered(event)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if phase == .handshaking { table.totals.change { $0.failedHandshakes += 1 } }
        context.close(promise: nil)
    }

    override func end(_ reason: ConnectionTotals.Closing) {
        guard let context else { return }
        if phase == .handshaking { table.totals.change { $0.failedHandshakes += 1 } }
        if phase != .closing { table.totals.close(reason) }
        leave()
        // Below TLS, where there is any: a client that is let go is not waited for to say goodbye.
        if transport.isTLS,
            let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
        {
            tls.close(promise: nil)
        } else {
            context.close(promise: nil)
        }
    }

    override func finish(_ reason: ConnectionTotals.Closing) {
        guard let context, !isFinishing else { return }
        isFinishing = true
        table.totals.close(reason)
        transfers?.cancel()
        hold(ByteBuffer())
        setReading(true, context)
        table.note(self, .blocked)
        let closesBoth = isInputClosed || transport.isTLS
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
            guard let context = self.context else { return }
            // Octets that nobody has read when a socket is closed turn the end into a reset, which destroys answers
            // on their way: the client ends its direction first, as far as we have the patience.
            self.table.note(self, .closing)
            context.close(mode: closesBoth ? .all : .output, promise: nil)
        }
    }

    /// Gives back everything that the connection takes beside its channel.
    private func leave() {
        isFinishing = true
        transfers?.cancel()
        transfers = nil
        hold(ByteBuffer())
        table.remove(self)
    }
}

extension TCPQueryHandler {
    /// What the connection does while nothing is being read or written.
    private var restingPhase: Phase {
        if transfers.map({ !$0.isIdle }) ?? false { return .working }
        return staysLonger ? .kept : .waiting
    }

    private var mayAnswer: Bool {
        (context?.channel.isWritable ?? false) && !(transfers?.isFull ?? false) && !isFinishing && !isExhausted
    }

    /// Whether the connection has had as many queries as one may have.
    private var isExhausted: Bool {
        table.limits.queriesPerConnection > 0 && queries >= table.limits.queriesPerConnection
    }

    private func processInput(_ context: ChannelHandlerContext) {
        var octets = input
        input = ByteBuffer()
        process(&octets, context)
    }

    /// Answers all complete queries, as far as the client takes the answers, and keeps the rest.
    private func process(_ octets: inout ByteBuffer, _ context: ChannelHandlerContext) {
        var output = ByteBuffer()
        var isMalformed = false
        var isNews = false
        while mayAnswer, let query = nextQuery(in: &octets, &isMalformed) {
            isNews = true
            queries += 1
            answer(query, into: &output, context)
            if output.readableBytes >= Self.writeOctets { write(&output, context) }
        }
        write(&output, context)
        guard !isFinishing else { return }
        if isMalformed {
            finish(.malformed)
        } else if isExhausted, transfers?.isIdle ?? true {
            finish(.complete)
        } else {
            keep(octets)
            rest(context, isNews: isNews)
        }
    }

    /// Takes or leaves off reading, by what the connection waits for.
    private func rest(_ context: ChannelHandlerContext, isNews: Bool) {
        guard !isFinishing else { return }
        let isBlocked = !context.channel.isWritable
        if isInputClosed, !isBlocked, transfers?.isIdle ?? true {
            // The client has all its answers, and sends nothing more.
            isFinishing = true
            context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
                self.context?.close(promise: nil)
            }
            return
        }
        setReading(mayAnswer, context)
        let next = isBlocked ? .blocked : restingPhase
        if isNews || (phase != next && phase != .handshaking) { table.note(self, next) }
    }

    private func answer(_ query: ByteBuffer, into output: inout ByteBuffer, _ context: ChannelHandlerContext) {
        // SAFETY: the query's octets stay in place during the call, and the answer is copied before the next one.
        unsafe query.withUnsafeReadableBytes { query in
            if let runner, unsafe runner.transfers.wants(query) {
                let transfers = transfers ?? makeTransfers(runner, context)
                unsafe transfers.submit(Array(query))
                return
            }
            if !staysLonger { staysLonger = unsafe KeepaliveRequest.isIn(query) }
            let answer = unsafe responder.respond(to: query, transport: transport, client: client, port: port)
            unsafe append(answer, to: &output)
        }
    }

    private func append(_ message: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
        guard let length = UInt16(exactly: message.count), length > 0 else { return }
        output.reserveCapacity(minimumWritableBytes: 2 + message.count)
        output.writeInteger(length)
        unsafe output.writeBytes(message)
    }

    private func write(_ output: inout ByteBuffer, _ context: ChannelHandlerContext) {
        guard output.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        output = ByteBuffer()
    }

    /// The next complete query; nil where more octets are needed, or what there is cannot be one.
    private func nextQuery(in octets: inout ByteBuffer, _ isMalformed: inout Bool) -> ByteBuffer? {
        guard let length = octets.getInteger(at: octets.readerIndex, as: UInt16.self) else { return nil }
        guard length >= Self.headerOctets else {
            isMalformed = true
            return nil
        }
        guard octets.readableBytes >= 2 + Int(length) else { return nil }
        octets.moveReaderIndex(forwardBy: 2)
        return octets.readSlice(length: Int(length))
    }

    /// Keeps what could not be answered yet; a copy, unless it fills its buffer, so that no large buffer is kept for a few
    /// octets of it.
    private func keep(_ octets: ByteBuffer) {
        let isFilled = octets.readerIndex == 0 && octets.capacity <= 2 * octets.readableBytes
        hold(isFilled ? octets : ByteBuffer(buffer: octets))
    }

    private func hold(_ octets: ByteBuffer) {
        let change = octets.readableBytes - heldOctets
        input = octets
        heldOctets = octets.readableBytes
        if change != 0, !table.hold(change), change > 0 { end(.pressure) }
    }

    private func makeTransfers(_ runner: TransferRunner, _ context: ChannelHandlerContext) -> ConnectionTransfers {
        let made = ConnectionTransfers(
            runner: runner,
            channel: context.channel,
            client: client,
            transport: transportOfTransfers(context),
            table: table
        ) { [weak self] message in
            self?.transferred(message)
        }
        transfers = made
        return made
    }

    /// What transfers are told of the way: zone transfer over TLS is over TLS 1.3 or later (RFC 9103 7.1), so that older
    /// versions are as good as none to a peer that may have its zones over TLS only.
    private func transportOfTransfers(_ context: ChannelHandlerContext) -> Transport {
        guard transport.isTLS else { return transport }
        let version = try? context.pipeline.syncOperations.nioSSL_tlsVersion()
        return .stream(isTLS: version == .tlsv13, isIPv4: client.isIPv4)
    }

    /// Sends a transfer's message, or goes on after the end of one.
    private func transferred(_ message: [UInt8]?) {
        guard let context, !isFinishing else { return }
        guard let message else {
            processInput(context)
            return
        }
        guard let length = UInt16(exactly: message.count), length >= Self.headerOctets else {
            finish(.malformed)
            return
        }
        var output = context.channel.allocator.buffer(capacity: 2 + message.count)
        output.writeInteger(length)
        output.writeBytes(message)
        write(&output, context)
        table.note(self, context.channel.isWritable ? .working : .blocked)
    }

    private func setReading(_ isReading: Bool, _ context: ChannelHandlerContext) {
        guard let options = context.channel.syncOptions,
            let current = try? options.getOption(.autoRead), current != isReading
        else { return }
        try? options.setOption(.autoRead, value: isReading)
    }
}
