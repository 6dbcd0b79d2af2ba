// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy that damages what passes through it, by rules that may change at any time.
///
/// Faults that are left to chance come from a seeded generator. The kernel's own (`tc netem`) is not there on every machine
/// that runs the tests, and knows nothing of lines.
package final class FaultProxy: Sendable {
    /// Octets that were passed on, and connections that were accepted.
    package struct Counts: Sendable, Equatable {
        package var connections = 0
        package var toServer = 0
        package var toClient = 0

        package init(connections: Int = 0, toServer: Int = 0, toClient: Int = 0) {
            self.connections = connections
            self.toServer = toServer
            self.toClient = toClient
        }

        subscript(direction: FaultRules.Direction) -> Int {
            get { direction == .toServer ? toServer : toClient }
            set {
                switch direction {
                case .toServer: toServer = newValue
                case .toClient: toClient = newValue
                }
            }
        }
    }

    /// Where it listens.
    package let port: Int
    private let listener: any Channel
    private let state: FaultProxyState
    private let links: FaultLinks

    /// Listens and passes connections on to `target`.
    ///
    /// - Parameters:
    ///   - listen: the address; port 0 takes any free one.
    ///   - unit: what duplication, reordering, loss and strikes apply to.
    ///   - seed: of the generator that chance comes from.
    package static func start(
        listen: (host: String, port: Int) = ("127.0.0.1", 0),
        target: (host: String, port: Int),
        unit: FaultUnit = .segment,
        seed: UInt64 = 1
    ) async throws -> FaultProxy {
        let state = FaultProxyState(target: target, unit: unit, seed: seed)
        let links = FaultLinks()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let link = try FaultLink(channel, state: state)
                    state.count { $0.connections += 1 }
                    guard !state.rules.refusesConnections else {
                        link.reset()
                        return
                    }
                    links.add(link, on: channel.eventLoop)
                }
            }
            .bind(host: listen.host, port: listen.port)
            .get()
        return FaultProxy(listener, state, links)
    }

    private init(_ listener: any Channel, _ state: FaultProxyState, _ links: FaultLinks) {
        self.listener = listener
        port = listener.localAddress?.port ?? 0
        self.state = state
        self.links = links
    }

    /// What was counted so far.
    package var counts: Counts { state.counts }

    /// How many strikes were carried out.
    package var struck: Int { state.struck }

    /// The rules of this moment.
    package var rules: FaultRules { state.rules }

    /// Changes the rules; connections that exist follow them too.
    package func change(_ body: (inout FaultRules) -> Void) {
        var rules = state.rules
        body(&rules)
        state.rules = rules
        links.forEach { $0.pump() }
    }

    /// Does something once, to the first unit that it applies to.
    package func strike(_ strike: FaultStrike) {
        state.add(strike)
    }

    /// Passes new connections on to another server; those that exist stay as they are.
    package func retarget(host: String = "127.0.0.1", port: Int) {
        state.target = (host, port)
    }

    /// Resets all connections.
    package func resetConnections() {
        links.forEach { $0.reset() }
    }

    /// Ends one direction of all connections.
    package func halfClose(_ direction: FaultRules.Direction) {
        links.forEach { $0.halfClose(direction) }
    }

    /// Closes everything.
    package func stop() async {
        try? await listener.close()
        links.forEach { $0.close() }
    }
}

/// The connections of a proxy.
final class FaultLinks: Sendable {
    private let links = Mutex<[ObjectIdentifier: NIOLoopBound<FaultLink>]>([:])

    /// Keeps a link until both of its connections have ended; on their event loop.
    func add(_ link: FaultLink, on eventLoop: any EventLoop) {
        let bound = NIOLoopBound(link, eventLoop: eventLoop)
        let key = ObjectIdentifier(link)
        links.withLock { $0[key] = bound }
        link.endFuture.whenComplete { _ in self.links.withLock { $0[key] = nil } }
    }

    /// Calls `body` for each link on its event loop.
    func forEach(_ body: @escaping @Sendable (FaultLink) -> Void) {
        for link in links.withLock({ Array($0.values) }) {
            link.eventLoop.execute { body(link.value) }
        }
    }
}
