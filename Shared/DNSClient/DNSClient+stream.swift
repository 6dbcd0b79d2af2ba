// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import NIOCore
import NIOExtras
import NIOPosix

extension DNSClient {
    /// Sends one message over TCP and hands over each message that comes back, until one is said to be the last.
    ///
    /// The messages are read one at a time: no more than one of them is held.
    ///
    /// - Parameters:
    ///   - limit: For all of it; the client's own one is not used.
    ///   - receive: Takes the octets of a message; whether it was the last. It must not block. What it throws ends the
    ///     exchange.
    /// - Throws: `DNSClientError`, what `receive` throws; `CancellationError` when the task is cancelled.
    package func stream(
        _ request: [UInt8],
        to server: SocketAddress,
        limit: Duration,
        receive: @escaping @Sendable ([UInt8]) throws -> Bool
    ) async throws {
        let promise = group.any().makePromise(of: Void.self)
        let deadline = NIODeadline.now() + TimeAmount(limit)
        let connecting = ClientBootstrap(group: promise.futureResult.eventLoop)
            .connectTimeout(min(TimeAmount(timeout), TimeAmount(limit)))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        [
                            ByteToMessageHandler(LengthFieldBasedFrameDecoder(lengthFieldBitLength: .twoBytes)),
                            LengthFieldPrepender(lengthFieldBitLength: .twoBytes),
                            StreamHandler(until: deadline, promise, receive: receive),
                        ] as [any ChannelHandler]
                    )
                }
            }
            .connect(to: server)
        connecting.whenFailure { promise.fail(DNSClientError.unreachable("\($0)")) }
        connecting.whenSuccess { channel in
            channel.writeAndFlush(ByteBuffer(bytes: request))
                .whenFailure { promise.fail(DNSClientError.unreachable("\($0)")) }
            promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
        try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
        }
    }
}

/// Hands the messages of a channel over until one is the last, or a deadline.
private final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let deadline: NIODeadline
    private let promise: EventLoopPromise<Void>
    private let receive: @Sendable ([UInt8]) throws -> Bool
    private var timer: Scheduled<Void>?
    private var isOver = false

    init(
        until deadline: NIODeadline,
        _ promise: EventLoopPromise<Void>,
        receive: @escaping @Sendable ([UInt8]) throws -> Bool
    ) {
        self.deadline = deadline
        self.promise = promise
        self.receive = receive
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.scheduleTask(deadline: deadline) { [promise] in
            promise.fail(DNSClientError.timeout)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        // A promise takes the first word only: an end that has come stays.
        promise.fail(DNSClientError.unreachable("the connection was closed before the end"))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        do {
            guard try receive(Array(unwrapInboundIn(data).readableBytesView)) else { return }
            promise.succeed(())
        } catch {
            promise.fail(error)
        }
        isOver = true
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(DNSClientError.unreachable("\(error)"))
        context.close(promise: nil)
    }
}
