// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gives a body and the usual header fields to the bare 400 that the server writes for what is not HTTP, or has too
/// large a head, and to the bare 408 of a body that did not arrive. No middleware sees these answers.
final class MalformedRequestHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What a bare answer of a status says.
    private static let messages: [HTTPResponse.Status: String] = [
        .badRequest: "Malformed HTTP request", .requestTimeout: "The request body did not arrive in time",
    ]

    private let limiter: RateLimiter
    private let clock: UnixClock

    init(limiter: RateLimiter, clock: UnixClock) {
        self.limiter = limiter
        self.clock = clock
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // Every response of a request has an id.
        guard case .head(var head) = self.unwrapOutboundIn(data), head.headerFields[.requestID] == nil,
            let message = Self.messages[head.status]
        else { return context.write(data, promise: promise) }

        var json = JSONWriter()
        json.object { $0.member("message", message) }
        let address = context.remoteAddress?.ipAddress.flatMap { ClientAddress($0) }
        let state = self.limiter.state(of: .address(address?.rateLimitKey ?? ""), now: self.clock.now)
        head.headerFields[.contentType] = "application/json; charset=utf-8"
        head.headerFields[.contentLength] = String(json.bytes.count)
        head.headerFields[.requestID] = RequestIdentifier().text
        head.headerFields.set(state)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(ByteBuffer(bytes: json.bytes))), promise: promise)
    }
}
