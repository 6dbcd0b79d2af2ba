// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine

/// DNS over one TCP connection (RFC 1035 4.2.2, RFC 7766): queries with a two-octet length in front, answered in
/// their order.
///
/// Bounded on all sides: while the client does not read its answers no more queries are read or answered; what counts
/// as activity is a complete query or answers taken, not single octets.
final class TCPQueryHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The shortest thing that can be a message: its header.
    private static let headerOctets = 12
    /// Answers gathered before they are written.
    private static let writeOctets = 32_768

    private let responder: TCPResponder
    private let isIPv6: Bool
    private let idleTimeout: TimeAmount
    private var input = ByteBuffer()
    private var isInputClosed = false
    private var isClosing = false
    private var lastActivity = NIODeadline.now()
    private var timer: Scheduled<Void>?

    init(responder: TCPResponder, isIPv6: Bool, idleTimeout: TimeAmount) {
        self.responder = responder
        self.isIPv6 = isIPv6
        self.idleTimeout = idleTimeout
    }

    func channelActive(context: ChannelHandlerContext) {
        lastActivity = .now()
        schedule(context, in: idleTimeout)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        var octets = unwrapInboundIn(data)
        if input.readableBytes == 0 {
            input = octets
        } else {
            input.discardReadBytes()
            input.writeBuffer(&octets)
        }
        answer(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            lastActivity = .now()
            answer(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .inputClosed? = event as? ChannelEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        isInputClosed = true
        answer(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Answers all complete queries, as long as the client takes the answers.
    private func answer(_ context: ChannelHandlerContext) {
        guard !isClosing else { return }
        var isMalformed = false
        while context.channel.isWritable, let query = nextQuery(&isMalformed) {
            var output = context.channel.allocator.buffer(capacity: 512)
            append(query, to: &output)
            // Pipelined queries share a write, within a bound.
            while output.readableBytes < Self.writeOctets, let query = nextQuery(&isMalformed) {
                append(query, to: &output)
            }
            lastActivity = .now()
            if output.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(output), promise: nil) }
        }
        let isPaused = !context.channel.isWritable
        if isMalformed || (isInputClosed && !isPaused) {
            finish(context)
        } else {
            setReading(!isPaused, context)
        }
    }

    /// Appends the answer to a query, where one is due, with its length in front.
    private func append(_ query: ByteBuffer, to output: inout ByteBuffer) {
        // SAFETY: the query's octets stay in place during the call, and the answer is copied before the next one.
        unsafe query.withUnsafeReadableBytes { query in
            let answer = unsafe responder.respond(to: query, transport: isIPv6 ? .tcp6 : .tcp4)
            guard let length = UInt16(exactly: answer.count), length > 0 else { return }
            output.writeInteger(length)
            unsafe output.writeBytes(answer)
        }
    }

    /// The next complete query; nil where more octets are needed, or what there is cannot be one.
    private func nextQuery(_ isMalformed: inout Bool) -> ByteBuffer? {
        guard let length = input.getInteger(at: input.readerIndex, as: UInt16.self) else { return nil }
        guard length >= Self.headerOctets else {
            isMalformed = true
            return nil
        }
        guard input.readableBytes >= 2 + Int(length) else { return nil }
        input.moveReaderIndex(forwardBy: 2)
        return input.readSlice(length: Int(length))
    }

    /// Closes behind the answers already written.
    private func finish(_ context: ChannelHandlerContext) {
        isClosing = true
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
    }

    private func setReading(_ isReading: Bool, _ context: ChannelHandlerContext) {
        guard let options = context.channel.syncOptions,
            let current = try? options.getOption(.autoRead), current != isReading
        else { return }
        try? options.setOption(.autoRead, value: isReading)
    }

    private func schedule(_ context: ChannelHandlerContext, in time: TimeAmount) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: time) {
            let (handler, context) = bound.value
            handler.checkIdle(context)
        }
    }

    private func checkIdle(_ context: ChannelHandlerContext) {
        let left = lastActivity + idleTimeout - .now()
        if left <= .zero {
            context.close(promise: nil)
        } else {
            schedule(context, in: left)
        }
    }
}
