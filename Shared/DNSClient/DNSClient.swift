// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import NIOCore
import NIOExtras
import NIOPosix

/// Asks name servers questions, each over a socket of its own, so that every question has a port and an identifier by chance
/// (RFC 5452 section 9), and reaches any of the threads of a server that listens with several sockets.
package struct DNSClient: Sendable {
    let group: any EventLoopGroup
    let timeout: Duration

    /// - Parameter timeout: For one exchange, its repetition over TCP included.
    package init(timeout: Duration, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton) {
        self.timeout = timeout
        self.group = group
    }

    /// The server's answer over UDP, or over TCP when that one is truncated (RFC 7766 section 5). Nothing is sent twice:
    /// whoever wants to try again asks again.
    ///
    /// - Parameter recursionDesired: Whether the server is to find out what it does not know.
    /// - Throws: `DNSClientError`; `CancellationError` when the task is cancelled.
    package func ask(
        _ question: Question,
        of server: SocketAddress,
        recursionDesired: Bool = false,
        edns: EDNS? = nil
    ) async throws -> Message {
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let identifier = UInt16.random(in: .min ... .max)
        let query: [UInt8]
        do {
            query = try Message.query(id: identifier, question, recursionDesired: recursionDesired, edns: edns)
                .encoded()
        } catch {
            throw DNSClientError.cannotAsk("\(error)")
        }
        let exchange = Exchange(identifier: identifier, question: question, query: query, deadline: deadline)
        let answer = try await overDatagram(exchange, server)
        return answer.header.isTruncated ? try await overStream(exchange, server) : answer
    }

    /// One message there and one back.
    private struct Exchange: Sendable {
        let identifier: UInt16
        let question: Question
        let query: [UInt8]
        let deadline: NIODeadline
    }

    private func overDatagram(_ exchange: Exchange, _ server: SocketAddress) async throws -> Message {
        let promise = group.any().makePromise(of: Message.self)
        let bootstrap = DatagramBootstrap(group: promise.futureResult.eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        DatagramPayloads(server: server),
                        ReplyHandler(exchange.identifier, exchange.question, until: exchange.deadline, promise),
                    ])
                }
            }
        return try await finish(exchange, bootstrap.connect(to: server), promise)
    }

    private func overStream(_ exchange: Exchange, _ server: SocketAddress) async throws -> Message {
        let promise = group.any().makePromise(of: Message.self)
        let bootstrap = ClientBootstrap(group: promise.futureResult.eventLoop)
            .connectTimeout(max(exchange.deadline - .now(), .milliseconds(1)))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        [
                            ByteToMessageHandler(LengthFieldBasedFrameDecoder(lengthFieldBitLength: .twoBytes)),
                            LengthFieldPrepender(lengthFieldBitLength: .twoBytes),
                            ReplyHandler(exchange.identifier, exchange.question, until: exchange.deadline, promise),
                        ] as [any ChannelHandler]
                    )
                }
            }
        return try await finish(exchange, bootstrap.connect(to: server), promise)
    }

    /// Sends the query once the channel is there, and gives the channel up when there is an answer, or none is wanted any
    /// more.
    private func finish(
        _ exchange: Exchange,
        _ connecting: EventLoopFuture<any Channel>,
        _ promise: EventLoopPromise<Message>
    ) async throws -> Message {
        connecting.whenFailure { promise.fail(DNSClientError.unreachable("\($0)")) }
        connecting.whenSuccess { channel in
            channel.writeAndFlush(ByteBuffer(bytes: exchange.query))
                .whenFailure { promise.fail(DNSClientError.unreachable("\($0)")) }
            promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
        }
    }
}
