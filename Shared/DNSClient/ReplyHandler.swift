// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import NIOCore

/// Waits on a channel of whole messages for the one that answers a question, until a deadline.
///
/// What does not answer the question may come from anybody and is passed over (RFC 5452 section 4).
final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let identifier: UInt16
    private let question: Question
    private let deadline: NIODeadline
    private let promise: EventLoopPromise<Message>
    private var timer: Scheduled<Void>?

    init(_ identifier: UInt16, _ question: Question, until deadline: NIODeadline, _ promise: EventLoopPromise<Message>)
    {
        self.identifier = identifier
        self.question = question
        self.deadline = deadline
        self.promise = promise
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.scheduleTask(deadline: deadline) { [promise] in
            promise.fail(DNSClientError.timeout)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        // A promise takes the first word only: an answer that has come stays.
        promise.fail(DNSClientError.unreachable("the connection was closed"))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let octets = Array(unwrapInboundIn(data).readableBytesView)
        guard let message = try? Message(wire: octets), message.header.id == identifier, message.header.isResponse,
            message.questions == [question]
        else { return }
        promise.succeed(message)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(DNSClientError.unreachable("\(error)"))
    }
}

/// Takes the addresses off and puts them on, on a socket that is connected to one server.
final class DatagramPayloads: ChannelDuplexHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let server: SocketAddress

    init(server: SocketAddress) {
        self.server = server
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(unwrapInboundIn(data).data))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let envelope = AddressedEnvelope(remoteAddress: server, data: unwrapOutboundIn(data))
        context.write(wrapOutboundOut(envelope), promise: promise)
    }
}
