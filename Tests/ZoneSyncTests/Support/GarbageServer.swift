// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix
import ZoneSync

/// Runs a server that greets everyone with `greeting` while `body` runs.
func withGarbageServer<Result: Sendable>(
    _ greeting: String,
    _ body: (FollowerClient.Upstream) async throws -> Result
) async throws -> Result {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.writeAndFlush(ByteBuffer(string: greeting), promise: nil)
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        .bind(host: "127.0.0.1", port: 0).get()
    do {
        let upstream = FollowerClient.Upstream(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
        let result = try await body(upstream)
        try await channel.close()
        return result
    } catch {
        try await channel.close()
        throw error
    }
}
