// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix
import Synchronization
import ZoneSync

/// A follower written by hand: sends what a test says and keeps what comes.
func withRawClient<Result: Sendable>(
    _ upstream: FollowerClient.Upstream,
    _ body: (
        NIOAsyncChannelInboundStream<ByteBuffer>,
        NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws -> Result
) async throws -> Result {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: upstream.host, port: upstream.port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
    return try await channel.executeThenClose { inbound, outbound in
        try await body(inbound, outbound)
    }
}

/// Sends each line when the answer to the one before has come, and gives back everything until the origin closes.
func conversation(_ upstream: FollowerClient.Upstream, _ lines: [String]) async throws -> [String] {
    try await withRawClient(upstream) { stream, outbound in
        var inbound = stream.makeAsyncIterator()
        var sent = 0
        var received = ByteBuffer()
        do {
            while let octets = try await inbound.next() {
                received.writeImmutableBuffer(octets)
                // A PING is no answer, and a snapshot is one when it has ended.
                let answers = String(buffer: received).split(separator: "\n").count {
                    $0.hasPrefix("ZSP/1") || $0.hasPrefix("END ")
                        || ($0.hasPrefix("+OK") && !$0.hasPrefix("+OK snapshot"))
                }
                if sent < min(answers, lines.count) {
                    try await outbound.write(ByteBuffer(string: lines[sent] + "\n"))
                    sent += 1
                }
            }
        } catch is IOError {
            // A reset behind the last line.
        }
        return String(buffer: received).split(separator: "\n").map(String.init)
    }
}

/// Octets received, readable from other tasks.
final class OctetCount: Sendable {
    private let octets = Atomic<Int>(0)

    var value: Int { octets.load(ordering: .relaxed) }

    func add(_ count: Int) { octets.add(count, ordering: .relaxed) }
}
