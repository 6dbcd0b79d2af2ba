// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A receiver of webhooks that takes everything and remembers which came.
final class WebhookSink: Sendable {
    /// What came.
    struct Received: Sendable {
        /// How often each event came, by its number.
        var events: [String: Int] = [:]
        /// The names of the records that were made.
        var made: Set<String> = []
    }

    private let received = Mutex(Received())
    private let listener = Mutex<(any Channel)?>(nil)

    /// Listens on loopback.
    static func start() async throws -> WebhookSink {
        let sink = WebhookSink()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler { sink.take($0) })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        sink.listener.withLock { $0 = channel }
        return sink
    }

    var port: Int { listener.withLock { $0?.localAddress?.port ?? 0 } }
    var all: Received { received.withLock { $0 } }

    func stop() async { try? await listener.withLock { $0 }?.close() }

    private func take(_ request: String) {
        let lines = request.components(separatedBy: "\r\n")
        let number = lines.first { $0.lowercased().hasPrefix("webhook-id:") }.map {
            String($0.dropFirst("webhook-id:".count)).trimmingCharacters(in: .whitespaces)
        }
        guard let number, let body = lines.last else { return }
        received.withLock { received in
            received.events[number, default: 0] += 1
            guard body.contains(#""name":"zone_record.create""#) else { return }
            // The record's own name: those that changes make are an o and a number.
            if let range = body.range(of: #""name":"o[0-9]+""#, options: .regularExpression) {
                received.made.insert(String(body[range].dropFirst(8).dropLast()))
            }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

        private var text = ""
        private let take: (String) -> Void

        init(_ take: @escaping (String) -> Void) {
            self.take = take
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard let end = text.range(of: "\r\n\r\n") else { return }
            let head = text[..<end.lowerBound].lowercased().components(separatedBy: "\r\n")
            let length = head.first { $0.hasPrefix("content-length:") }.flatMap { line in
                Int(line.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces))
            }
            guard text[end.upperBound...].utf8.count >= length ?? 0 else { return }
            take(text)
            text = ""
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.answer))).whenComplete { _ in
                channel.close(promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
