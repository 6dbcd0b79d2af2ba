// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// Bounds what one connection may send, and how long it may last.
final class RequestSizeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let maximum: Int
    private let timeout: TimeAmount
    private var received = 0
    private var deadline: Scheduled<Void>?

    init(maximum: Int, timeout: TimeAmount) {
        self.maximum = maximum
        self.timeout = timeout
    }

    func channelActive(context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: timeout) { bound.value.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytes
        guard received <= maximum else {
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
    }
}
