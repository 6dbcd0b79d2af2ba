// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// The writer's side of a bidirectional Frame Stream: READY, ACCEPT, START, data, STOP, FINISH.
final class DnstapHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var input = ByteBuffer()
    private let started: @Sendable () -> Void

    /// `started` is called once the reader takes data.
    init(started: @escaping @Sendable () -> Void) {
        self.started = started
    }

    func channelActive(context: ChannelHandlerContext) {
        let ready = FrameStreams.control(.ready, contentType: DnstapEncoder.contentType)
        context.writeAndFlush(wrapOutboundOut(ready), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var octets = unwrapInboundIn(data)
        input.writeBuffer(&octets)
        do throws(FrameStreams.Malformed) {
            while let frame = try FrameStreams.nextControl(&input) { take(frame, context) }
        } catch {
            context.close(promise: nil)
        }
        input.discardReadBytes()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func take(
        _ frame: (type: FrameStreams.Control, contentTypes: [String]),
        _ context: ChannelHandlerContext
    ) {
        switch frame.type {
        case .accept where frame.contentTypes.isEmpty || frame.contentTypes.contains(DnstapEncoder.contentType):
            let start = FrameStreams.control(.start, contentType: DnstapEncoder.contentType)
            context.writeAndFlush(wrapOutboundOut(start), promise: nil)
            started()
        default:
            // A reader of something else, or one that has finished.
            context.close(promise: nil)
        }
    }
}
