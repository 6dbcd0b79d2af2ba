// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix

/// One connection through a ``FaultProxy``: what was accepted, and what was connected for it.
final class FaultLink {
    private let state: FaultProxyState
    private let accepted: any Channel
    private var connected: (any Channel)?
    private var isConnecting = false
    private var forward: FaultPipe?
    private var back: FaultPipe?
    /// Whether both sides are closed as soon as what is due was sent.
    private(set) var isClosing = false

    private let ended: EventLoopPromise<Void>

    /// Takes an accepted connection on its own event loop.
    init(_ accepted: any Channel, state: FaultProxyState) throws {
        self.accepted = accepted
        self.state = state
        ended = accepted.eventLoop.makePromise(of: Void.self)
        let pipe = FaultPipe(.toServer, from: accepted, link: self, state: state)
        forward = pipe
        try accepted.pipeline.syncOperations.addHandler(pipe)
        // The link lives as long as one of the two connections.
        accepted.closeFuture.assumeIsolated().whenComplete { _ in self.sideClosed() }
    }

    /// Done when both sides are closed.
    var endFuture: EventLoopFuture<Void> { ended.futureResult }

    /// Goes on with whatever the rules allow now.
    func pump() {
        connectIfAllowed()
        forward?.pump()
        back?.pump()
    }

    /// Closes both sides when what is due was sent.
    func closeWhenSent() {
        isClosing = true
    }

    /// Closes both sides.
    func close() {
        accepted.close(promise: nil)
        connected?.close(promise: nil)
    }

    /// Ends one direction; the other one goes on.
    func halfClose(_ direction: FaultRules.Direction) {
        let channel = direction == .toServer ? connected : accepted
        channel?.close(mode: .output, promise: nil)
    }

    /// Closes both sides with a reset.
    func reset() {
        for channel in [accepted, connected].compactMap({ $0 }) {
            guard let provider = channel as? any SocketOptionProvider else { continue }
            provider.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
                channel.close(promise: nil)
            }
        }
    }

    private func connectIfAllowed() {
        let rules = state.rules
        guard connected == nil, !isConnecting, accepted.isActive, !rules.toServer.isBlackholed else { return }
        isConnecting = true
        let target = state.target
        ClientBootstrap(group: accepted.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: target.host, port: target.port)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel): self.join(channel)
                case .failure:
                    self.isConnecting = false
                    self.reset()
                    self.sideClosed()
                }
            }
    }

    private func join(_ channel: any Channel) {
        connected = channel
        isConnecting = false
        channel.closeFuture.assumeIsolated().whenComplete { _ in self.sideClosed() }
        let pipe = FaultPipe(.toClient, from: channel, link: self, state: state)
        pipe.sink = accepted
        back = pipe
        forward?.sink = channel
        do {
            try channel.pipeline.syncOperations.addHandler(pipe)
        } catch {
            close()
        }
        pump()
    }

    /// What the other side has still to hear is heard before it ends too.
    private func sideClosed() {
        pump()
        if !accepted.isActive, !isConnecting, connected?.isActive != true { ended.succeed() }
    }
}
