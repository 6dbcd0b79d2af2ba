// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOSSL

/// How an origin's listener secures the connections that it accepts.
struct OriginSecurity: Sendable {
    private let identity: StreamIdentity
    private let timeout: TimeAmount
    private let slots: HandshakeSlots

    init(_ identity: StreamIdentity, _ configuration: OriginServer.Configuration) {
        self.identity = identity
        timeout = configuration.handshakeTimeout
        let limits = configuration.maximumHandshakes
        slots = HandshakeSlots(limit: limits.all, ofAddress: limits.ofAddress)
    }

    /// Puts TLS into a new connection; false when there are too many handshakes already. On its event loop.
    func secure(_ channel: any Channel, _ admitted: AdmittedPeer) throws -> Bool {
        let address = channel.remoteAddress?.ipAddress ?? ""
        guard slots.take(address) else { return false }
        let slots = slots
        let guardian = StreamGuard(
            identity,
            timeout: timeout,
            admitted: { admitted.set($0) },
            // The protocol's handler tells the consumer why, and closes.
            refuse: { error, context in context.channel.triggerUserOutboundEvent(error, promise: nil) },
            ended: { slots.giveBack(address) }
        )
        do {
            try channel.pipeline.syncOperations.addHandler(identity.makeServerHandler())
        } catch {
            slots.giveBack(address)
            throw error
        }
        try channel.pipeline.syncOperations.addHandler(guardian)
        return true
    }
}

extension StreamIdentity {
    /// Puts TLS into a new connection to an origin at `host`. On its event loop.
    func follow(_ host: String, in channel: any Channel, timeout: TimeAmount) throws {
        let guardian = StreamGuard(
            self,
            timeout: timeout,
            admitted: { _ in },
            refuse: { error, context in
                context.fireErrorCaught(StreamTLSError(reason: "the origin is not trusted: \(error.text)"))
                context.close(promise: nil)
            }
        )
        try channel.pipeline.syncOperations.addHandlers(try makeClientHandler(host: host), guardian)
    }
}
