// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ZoneSync

/// A connection of a ``SimulatedFollower``.
final class SimulatedFollowerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The longest line of a body.
    private static let lineLimit = 307_200

    private let name: String
    private var request: FollowRequest
    private let stalls: Bool
    private let arrivals: FollowerArrivals
    private let following: EventLoopPromise<Void>
    private let ended: (FollowRequest) -> Void
    private var lines = LineBuffer()
    private var isBody = false
    private var acknowledged: UInt64 = 0
    private var isInSnapshot = true
    private var seen: Set<[UInt8]> = []
    private var signs: RepeatedTask?

    /// - Parameters:
    ///   - following: succeeds when the stream has begun.
    ///   - ended: told when the connection has ended, with the request that goes on where it was.
    init(
        name: String,
        request: FollowRequest,
        stalls: Bool,
        arrivals: FollowerArrivals,
        following: EventLoopPromise<Void>,
        ended: @escaping (FollowRequest) -> Void
    ) {
        self.name = name
        self.request = request
        self.stalls = stalls
        self.arrivals = arrivals
        self.following = following
        self.ended = ended
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lines.append(unwrapInboundIn(data))
        while let line = lines.next(limit: Self.lineLimit) {
            guard case .line(let octets) = line else { return context.close(promise: nil) }
            if isBody { body(octets) } else { control(octets, context) }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard !isInSnapshot, request.from > acknowledged, !isBody, !stalls else { return }
        acknowledged = request.from
        send(.acknowledge(position: acknowledged, chunk: nil), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        signs?.cancel()
        following.fail(FaultError("the origin has ended the connection of \(name)"))
        ended(request)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func body(_ octets: [UInt8]) {
        if octets == [0x2E] {
            isBody = false
            return
        }
        // A record of the names that changes make: an o and digits. In a difference a plus stands before it.
        let record = octets.first == UInt8(ascii: "+") ? octets.dropFirst() : octets[...]
        guard record.first == UInt8(ascii: "o"), let end = record.firstIndex(of: UInt8(ascii: ".")),
            record[..<end].dropFirst().allSatisfy({ 0x30...0x39 ~= $0 }),
            record[(end + 1)...].starts(with: arrivals.zone.utf8),
            seen.insert(Array(record[..<end])).inserted
        else { return }
        if !stalls { arrivals.add(String(decoding: record[..<end], as: UTF8.self)) }
    }

    private func control(_ octets: [UInt8], _ context: ChannelHandlerContext) {
        guard let message = try? ServerMessage.parse(octets) else { return }
        switch message {
        case .greeting:
            send(.hello(OriginNode(name: name, role: "responder", software: "simulated")), context)
        case .helloAccepted: send(.follow(request), context)
        case .snapshot(let snapshot): request.epoch = snapshot.epoch
        case .resume:
            isInSnapshot = false
            begin(context)
        case .zone: isBody = true
        case .chunk(let number, _): send(.acknowledge(position: 0, chunk: number), context)
        case .snapshotEnd(let position):
            isInSnapshot = false
            request.from = position
            acknowledged = position
            send(.acknowledge(position: position, chunk: nil), context)
            begin(context)
        case .put(let position, _, _, _), .diff(let position, _, _, _, _, _):
            request.from = position
            isBody = true
        case .delete(let position, _, _, _): request.from = position
        case .skip(_, let last): request.from = last
        case .ping(let time, _): send(.pong(time: time), context)
        default: return
        }
    }

    /// The stream has begun.
    private func begin(_ context: ChannelHandlerContext) {
        if stalls {
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
            // It is not dead: an origin that hears nothing at all lets go of a follower sooner.
            signs = context.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(5), delay: .seconds(5)) { _ in
                let (handler, context) = bound.value
                handler.send(.pong(time: 0), context)
            }
        }
        following.succeed()
    }

    private func send(_ message: ClientMessage, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: message.line + "\n")), promise: nil)
    }
}
