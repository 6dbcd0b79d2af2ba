// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix
import Synchronization
import ZoneSync

/// A follower without a replica, that speaks the real protocol: it acknowledges what comes and notes when names arrive.
final class SimulatedFollower: Sendable {
    private struct State {
        var channel: (any Channel)?
        var isStopped = false
        var connections = 0
    }

    private let name: String
    private let port: Int
    private let stalls: Bool
    private let arrivals: FollowerArrivals
    private let state = Mutex(State())

    /// Connects, and has taken a snapshot when it returns: an origin gives only some at a time.
    ///
    /// - Parameter stalls: from then on it reads nothing, says that it lives, and comes again where it is sent away.
    static func start(
        _ name: String,
        port: Int,
        stalls: Bool,
        arrivals: FollowerArrivals
    ) async throws -> SimulatedFollower {
        let follower = SimulatedFollower(name, port, stalls, arrivals)
        try await follower.connect(FollowRequest(epoch: "-", from: 0, window: 4_194_304))
        return follower
    }

    private init(_ name: String, _ port: Int, _ stalls: Bool, _ arrivals: FollowerArrivals) {
        self.name = name
        self.port = port
        self.stalls = stalls
        self.arrivals = arrivals
    }

    /// Whether it is connected.
    var isConnected: Bool { state.withLock { $0.channel?.isActive ?? false } }

    /// How often it has connected.
    var connections: Int { state.withLock { $0.connections } }

    func stop() async {
        let channel = state.withLock { state in
            state.isStopped = true
            return state.channel
        }
        try? await channel?.close()
    }

    private func connect(_ request: FollowRequest) async throws {
        let following = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                // What the kernel keeps for one that stalls must not hide how much the origin keeps.
                .channelOption(.socketOption(.so_rcvbuf), value: stalls ? 4_096 : 262_144)
                .channelInitializer { [name, stalls, arrivals] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            SimulatedFollowerHandler(
                                name: name,
                                request: request,
                                stalls: stalls,
                                arrivals: arrivals,
                                following: following
                            ) { self.ended($0) }
                        )
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            state.withLock { state in
                state.channel = channel
                state.connections += 1
            }
        } catch {
            following.fail(error)
        }
        try await following.futureResult.get()
    }

    /// A stalled one that is sent away is there again at once, where it was.
    private func ended(_ request: FollowRequest) {
        guard stalls, !state.withLock({ $0.isStopped }) else { return }
        Task { try? await connect(request) }
    }
}
