// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A web server on 127.0.0.1 that notes each request and answers as the test says.
final class WebhookReceiver: Sendable {
    struct Request: Sendable {
        let path: String
        let headers: [String: String]
        let body: [UInt8]
    }

    enum Behaviour: Sendable {
        case status(Int)
        case redirect(to: String)
        /// Accepts the request and never answers.
        case silence
        /// Answers 200 with a body that never ends.
        case endless
    }

    private struct State {
        var requests: [Request] = []
        var behaviour = Behaviour.status(200)
    }

    private let state = Mutex(State())
    private let channel: any Channel

    let port: Int

    init() async throws {
        let box = ReceiverBox()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(ReceiverHandler(box: box))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        box.set(self)
    }

    var requests: [Request] { state.withLock { $0.requests } }

    func answer(_ behaviour: Behaviour) {
        state.withLock { $0.behaviour = behaviour }
    }

    func close() async throws {
        try await channel.close().get()
    }

    fileprivate func receive(_ request: Request) -> Behaviour {
        state.withLock { state in
            state.requests.append(request)
            return state.behaviour
        }
    }
}

/// Gives handlers their receiver, which is made after the listener.
private final class ReceiverBox: Sendable {
    private let receiver = Mutex<WebhookReceiver?>(nil)

    func set(_ value: WebhookReceiver) { receiver.withLock { $0 = value } }

    func get() -> WebhookReceiver? { receiver.withLock { $0 } }
}

private final class ReceiverHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let box: ReceiverBox
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(box: ReceiverBox) {
        self.box = box
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let buffer):
            body += Array(buffer.readableBytesView)
        case .end:
            guard let head, let receiver = box.get() else { return }
            let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
            respond(receiver.receive(.init(path: head.uri, headers: headers, body: body)), context: context)
        }
    }

    private func respond(_ behaviour: WebhookReceiver.Behaviour, context: ChannelHandlerContext) {
        switch behaviour {
        case .status(let code):
            write(code, ["content-length": "0"], context: context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .redirect(let location):
            write(302, ["location": location, "content-length": "0"], context: context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .silence:
            break
        case .endless:
            write(200, ["transfer-encoding": "chunked"], context: context)
            context.flush()
            pour(NIOLoopBound(context, eventLoop: context.eventLoop))
        }
    }

    private func write(_ code: Int, _ headers: [String: String], context: ChannelHandlerContext) {
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: code),
            headers: HTTPHeaders(headers.map { ($0.key, $0.value) })
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func pour(_ bound: NIOLoopBound<ChannelHandlerContext>) {
        let context = bound.value
        let chunk = context.channel.allocator.buffer(repeating: 120, count: 4_096)
        let next = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(chunk)))).whenSuccess { next.value.pour(bound) }
    }
}
