// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gives a body and the usual header fields to the bare 400 that the server writes for what is not HTTP, or has too
/// large a head. No request comes of it, so that no middleware sees it.
final class MalformedRequestHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limiter: RateLimiter
    private let clock: UnixClock

    init(limiter: RateLimiter, clock: UnixClock) {
        self.limiter = limiter
        self.clock = clock
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // Every response of a request has an id.
        guard case .head(var head) = self.unwrapOutboundIn(data), head.status == .badRequest,
            head.headerFields[.requestID] == nil
        else { return context.write(data, promise: promise) }

        var json = JSONWriter()
        json.object { $0.member("message", "Malformed HTTP request") }
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
