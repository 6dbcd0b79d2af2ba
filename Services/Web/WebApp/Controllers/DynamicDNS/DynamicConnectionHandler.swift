// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends the connection after an answer to a dyndns2 client. Some of them speak HTTP/1.0 and read until the end, without
/// saying so; the server, which does not see the version, would keep the connection open until it is idle for long.
final class DynamicConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = self.unwrapInboundIn(data),
            head.path?.prefix(while: { $0 != "?" && $0 != "#" }) == DynamicUpdateController.path[...]
        else { return context.fireChannelRead(data) }
        head.headerFields[.connection] = "close"
        context.fireChannelRead(self.wrapInboundOut(.head(head)))
    }
}
