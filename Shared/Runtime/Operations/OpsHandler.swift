// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOHTTP1

/// Answers one request and closes the connection.
final class OpsHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let readiness: Readiness
    private let metrics: MetricsRegistry
    private var request: HTTPRequestHead?

    init(readiness: Readiness, metrics: MetricsRegistry) {
        self.readiness = readiness
        self.metrics = metrics
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = head
        case .body:
            break
        case .end:
            guard let head = request else { return }
            request = nil
            respond(to: head, context: context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func respond(to head: HTTPRequestHead, context: ChannelHandlerContext) {
        let (status, type, text) = answer(to: head)
        var headers = HTTPHeaders()
        headers.add(name: "content-type", value: type)
        headers.add(name: "content-length", value: String(text.utf8.count))
        headers.add(name: "cache-control", value: "no-store")
        headers.add(name: "connection", value: "close")
        if status == .methodNotAllowed { headers.add(name: "allow", value: "GET, HEAD") }
        let responseHead = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(responseHead)), promise: nil)
        if head.method != .HEAD {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: text)))),
                promise: nil
            )
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private func answer(to head: HTTPRequestHead) -> (HTTPResponseStatus, type: String, text: String) {
        let plain = "text/plain; charset=utf-8"
        let path = head.uri.prefix { $0 != "?" }
        switch path {
        case "/livez", "/readyz", "/metrics":
            guard head.method == .GET || head.method == .HEAD else {
                return (.methodNotAllowed, plain, "only GET and HEAD are allowed\n")
            }
        default:
            return (.notFound, plain, "there are /livez, /readyz and /metrics\n")
        }
        switch path {
        case "/livez":
            return (.ok, plain, "ok\n")
        case "/readyz":
            let ready = readiness.isReady
            let lines = [ready ? "ready" : "not ready"] + readiness.report
            return (ready ? .ok : .serviceUnavailable, plain, lines.joined(separator: "\n") + "\n")
        default:
            return (.ok, "text/plain; version=0.0.4; charset=utf-8", metrics.render())
        }
    }
}
