// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends a request whose body does not arrive: 408, and the connection is closed.
///
/// The server's own time-out begins anew with each octet, so that a client could keep a request open for ever. Here a
/// body has `grace`, and a second more for every 16 KiB that did arrive: slow networks get large files in, and clients
/// that send an octet at a time do not.
final class SlowBodyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Octets a second that a body has to arrive with after its grace.
    static let leastRate = 16 << 10

    private let grace: TimeAmount
    private var begun = NIODeadline.uptimeNanoseconds(0)
    private var received = 0
    private var isAnswered = false
    private var check: Scheduled<Void>?

    init(grace: TimeAmount) {
        self.grace = grace
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head:
            self.begun = context.eventLoop.now
            self.received = 0
            self.isAnswered = false
            self.schedule(context)
        case .body(let buffer):
            self.received += buffer.readableBytes
        case .end:
            self.stop()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = self.unwrapOutboundIn(data) {
            self.isAnswered = true
        }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.stop()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.stop()
    }

    /// When the body has to be there, as far as it has arrived.
    private var deadline: NIODeadline {
        self.begun + self.grace + .milliseconds(Int64(self.received) * 1_000 / Int64(Self.leastRate))
    }

    private func schedule(_ context: ChannelHandlerContext) {
        self.stop()
        self.check = context.eventLoop.assumeIsolated().scheduleTask(deadline: self.deadline) {
            self.checkArrival(context)
        }
    }

    private func stop() {
        self.check?.cancel()
        self.check = nil
    }

    private func checkArrival(_ context: ChannelHandlerContext) {
        guard context.eventLoop.now >= self.deadline else { return self.schedule(context) }
        self.check = nil
        if !self.isAnswered {
            let head = HTTPResponse(status: .requestTimeout, headerFields: [.connection: "close"])
            context.write(self.wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.close(promise: nil)
    }
}
