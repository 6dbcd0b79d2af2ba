// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOSSL
import NIOTLS
import Synchronization

/// Stands behind TLS and holds the other side's certificate to what TLS does not look at.
///
/// It gives the handshake a time, judges the certificate when it is over, and again each second: connections live for
/// months, certificates do not. Certificates of resumed sessions are judged like all others.
final class StreamGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// How often the certificate is judged again.
    private static let interval = TimeAmount.seconds(1)

    private let identity: StreamIdentity
    private let timeout: TimeAmount
    private let admitted: (StreamPeer) -> Void
    private let refuse: (ProtocolError, ChannelHandlerContext) -> Void
    private var ended: (() -> Void)?
    private var deadline: Scheduled<Void>?
    private var timer: RepeatedTask?

    /// - Parameters:
    ///   - timeout: How long the handshake may take.
    ///   - admitted: Called once with the other side's certificate.
    ///   - refuse: Ends the connection of a certificate that is not, or not any more, to be trusted.
    ///   - ended: Called once, when the handshake is over or there will be none.
    init(
        _ identity: StreamIdentity,
        timeout: TimeAmount,
        admitted: @escaping (StreamPeer) -> Void,
        refuse: @escaping (ProtocolError, ChannelHandlerContext) -> Void,
        ended: (() -> Void)? = nil
    ) {
        self.identity = identity
        self.timeout = timeout
        self.admitted = admitted
        self.refuse = refuse
        self.ended = ended
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: timeout) {
            let (handler, context) = bound.value
            handler.expire(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish()
        timer?.cancel()
        timer = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { complete(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.fireErrorCaught(StreamTLSError(error) ?? error)
    }

    private func finish() {
        deadline?.cancel()
        deadline = nil
        ended?()
        ended = nil
    }

    private func expire(_ context: ChannelHandlerContext) {
        finish()
        context.fireErrorCaught(StreamTLSError(reason: "the TLS handshake took longer than \(timeout)"))
        context.close(promise: nil)
    }

    private func complete(_ context: ChannelHandlerContext) {
        guard timer == nil else { return }
        finish()
        // There is one: both sides' settings end handshakes without.
        guard let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate() else {
            refuse(ProtocolError(.unauthorised, "a certificate is needed"), context)
            return
        }
        let peer = StreamPeer(certificate)
        guard judge(peer, context) else { return }
        admitted(peer)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { _ in
            let (handler, context) = bound.value
            _ = handler.judge(peer, context)
        }
    }

    private func judge(_ peer: StreamPeer, _ context: ChannelHandlerContext) -> Bool {
        guard let reason = identity.refusal(of: peer) else { return true }
        timer?.cancel()
        refuse(ProtocolError(.unauthorised, reason), context)
        return false
    }
}

/// Whom TLS has found at the other side of an origin's connection.
final class AdmittedPeer: Sendable {
    private let peer = Mutex<StreamPeer?>(nil)

    func set(_ value: StreamPeer) {
        peer.withLock { $0 = value }
    }

    /// Throws unless the certificate allows a node to introduce itself so.
    func admit(_ node: OriginNode) throws(ProtocolError) {
        guard let peer = peer.withLock({ $0 }) else { throw ProtocolError(.unauthorised, "a certificate is needed") }
        try peer.admit(node)
    }
}
