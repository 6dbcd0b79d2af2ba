// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix
import Runtime

/// A client of DNS over TCP.
enum TCPClient {
    /// A connection, half closure allowed.
    static func connect(_ address: HostPort) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
    }

    /// Sends octets in pieces, ends the output, and gives back all answers until the server closes.
    static func exchange(_ address: HostPort, _ pieces: [[UInt8]]) async throws -> [[UInt8]] {
        try await connect(address).executeThenClose { inbound, outbound in
            for piece in pieces { try await outbound.write(ByteBuffer(bytes: piece)) }
            outbound.finish()
            var received = ByteBuffer()
            do {
                for try await octets in inbound { received.writeImmutableBuffer(octets) }
            } catch is IOError {
                // A reset behind the answers.
            }
            return messages(&received)
        }
    }

    /// Takes the complete messages out of a buffer.
    private static func messages(_ buffer: inout ByteBuffer) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        while let length = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self),
            let message = buffer.getBytes(at: buffer.readerIndex + 2, length: Int(length))
        {
            buffer.moveReaderIndex(forwardBy: 2 + Int(length))
            messages.append(message)
        }
        return messages
    }
}
