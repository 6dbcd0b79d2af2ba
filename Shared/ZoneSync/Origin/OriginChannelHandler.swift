// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// Cuts a consumer's octets into lines, and sends PING between the messages to it.
///
/// Messages are written by a task that may wait for the database in the middle; PING must go out meanwhile, but never
/// within a body. The event loop is where both meet, so the handler keeps the order.
final class OriginChannelHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = [UInt8]
    typealias OutboundIn = OriginOutbound
    typealias OutboundOut = ByteBuffer

    private var lines = LineBuffer()
    private var isBodyOpen = false
    private var sendsPings = false
    private var isClosing = false
    private var timer: RepeatedTask?
    private let pingInterval: TimeAmount
    /// Called at each interval: the head for PING, or why the connection ends.
    private let tick: () -> Result<UInt64, ProtocolError>

    init(pingInterval: TimeAmount, tick: @escaping () -> Result<UInt64, ProtocolError>) {
        self.pingInterval = pingInterval
        self.tick = tick
    }

    func channelActive(context: ChannelHandlerContext) {
        startTimer(context)
        context.fireChannelActive()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { startTimer(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        lines.append(unwrapInboundIn(data))
        var isTooLong = false
        while !isTooLong, let line = lines.next(limit: ProtocolLimits.controlLine) {
            switch line {
            case .line(let octets): context.fireChannelRead(wrapInboundOut(octets))
            case .oversized: isTooLong = true
            }
        }
        guard isTooLong || lines.isDiscarding else { return }
        end(
            ProtocolError(.tooLong, "a control line has more than \(ProtocolLimits.controlLine) octets"),
            context: context
        )
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let message = unwrapOutboundIn(data)
        isBodyOpen = message.leavesBodyOpen
        if message.startsPings { sendsPings = true }
        context.write(wrapOutboundOut(message.octets), promise: promise)
    }

    /// Sends the reason, when the consumer is in a state to read it, and closes.
    func end(_ error: ProtocolError, context: ChannelHandlerContext) {
        guard !isClosing else { return }
        isClosing = true
        guard !isBodyOpen, context.channel.isWritable else {
            context.close(promise: nil)
            return
        }
        let line = ByteBuffer(string: ServerMessage.failure(error).line + "\n")
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(line)).whenComplete { _ in channel.close(promise: nil) }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let error = event as? ProtocolError else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        end(error, context: context)
        promise?.succeed()
    }

    private func startTimer(_ context: ChannelHandlerContext) {
        guard timer == nil else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: pingInterval, delay: pingInterval) { _ in
            let (handler, context) = bound.value
            handler.ping(context)
        }
    }

    private func ping(_ context: ChannelHandlerContext) {
        switch tick() {
        case .failure(let error):
            end(error, context: context)
        case .success(let head):
            guard sendsPings, !isBodyOpen, !isClosing, context.channel.isWritable else { return }
            let time = UInt64(clamping: NIODeadline.now().uptimeNanoseconds / 1_000_000)
            let line = ServerMessage.ping(time: time, head: head).line + "\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line)), promise: nil)
        }
    }
}
