// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOSSL
import ResponderEngine
import ZoneStore

/// What one event loop of a ``TCPServer`` has for itself: a responder, and the table of its connections.
struct StreamWorker: Sendable {
    private struct Parts {
        let responder: TCPResponder
        let table: ConnectionTable
    }

    let eventLoop: any EventLoop
    let counters: ResponderCounters
    private let parts: NIOLoopBound<Parts>
    private let runner: TransferRunner?
    private let tls: TLSIdentity?

    /// Called on the event loop.
    init(
        _ store: ZoneStore,
        _ configuration: TCPServer.Configuration,
        _ totals: ConnectionTotals,
        _ eventLoop: any EventLoop,
        loops: Int
    ) throws {
        self.eventLoop = eventLoop
        let responder = try TCPResponder(store: store, configuration: configuration.engine)
        let table = ConnectionTable(limits: configuration.limits, totals: totals, eventLoop: eventLoop, loops: loops)
        counters = responder.counters
        parts = NIOLoopBound(Parts(responder: responder, table: table), eventLoop: eventLoop)
        runner = configuration.transfers
        tls = configuration.tls
    }

    /// Serves a new connection; called on the event loop.
    func accept(_ channel: any Channel) throws {
        let client = ClientAddress(channel.remoteAddress)
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.context)) }
        try pipeline.addHandler(
            TCPQueryHandler(
                responder: parts.value.responder,
                table: parts.value.table,
                runner: runner,
                client: client,
                port: UInt16(clamping: channel.remoteAddress?.port ?? 0),
                transport: .stream(isTLS: tls != nil, isIPv4: client.isIPv4)
            )
        )
    }

    /// See ``TCPServer/drain(patience:limit:)``.
    func drain(patience: TimeAmount, until deadline: NIODeadline) async {
        let (parts, eventLoop) = (parts, eventLoop)
        let empty = eventLoop.flatSubmit {
            let table = parts.value.table
            eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { table.endAll() }
            return table.drain(patience: patience)
        }
        try? await empty.get()
    }

    /// Ends all connections at once; from any thread.
    func endAll() {
        let parts = parts
        eventLoop.execute { parts.value.table.endAll() }
    }
}
