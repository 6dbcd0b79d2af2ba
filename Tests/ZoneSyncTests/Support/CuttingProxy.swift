// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix
import Synchronization
import ZoneSync

/// Passes connections on to an origin and cuts each one off after as many octets of the origin as `limit` says, given
/// the number of the connection; nil lets it be.
func withCuttingProxy<Result: Sendable>(
    _ upstream: FollowerClient.Upstream,
    limit: @escaping @Sendable (_ connection: Int) -> Int?,
    _ body: (FollowerClient.Upstream, _ passed: OctetCount) async throws -> Result
) async throws -> Result {
    let passed = OctetCount()
    let connections = OctetCount()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelOption(.autoRead, value: false)
        .childChannelInitializer { near in
            connections.add(1)
            let allowed = limit(connections.value)
            return ClientBootstrap(group: near.eventLoop)
                .channelInitializer { far in
                    far.eventLoop.makeCompletedFuture {
                        try far.pipeline.syncOperations.addHandler(Passing(to: near, passed: passed, limit: allowed))
                    }
                }
                .connect(host: upstream.host, port: upstream.port)
                .flatMap { far in
                    near.eventLoop.makeCompletedFuture {
                        try near.pipeline.syncOperations.addHandler(Passing(to: far, passed: nil, limit: nil))
                    }
                }
                .flatMap { near.setOption(.autoRead, value: true) }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    do {
        let near = FollowerClient.Upstream(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
        let result = try await body(near, passed)
        try await channel.close()
        return result
    } catch {
        try? await channel.close()
        throw error
    }
}

/// Writes what one side sends to the other.
private final class Passing: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let passed: OctetCount?
    private var left: Int?

    init(to other: any Channel, passed: OctetCount?, limit: Int?) {
        self.other = other
        self.passed = passed
        left = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var octets = unwrapInboundIn(data)
        if let left {
            guard left > 0 else { return }
            octets = octets.readSlice(length: min(left, octets.readableBytes)) ?? octets
            self.left = left - octets.readableBytes
        }
        passed?.add(octets.readableBytes)
        let isCut = left.map { $0 <= 0 } ?? false
        let other = other
        let near = context.channel
        other.writeAndFlush(octets).whenComplete { _ in
            guard isCut else { return }
            other.close(promise: nil)
            near.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
