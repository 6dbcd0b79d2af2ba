// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine

/// The zone transfers of one connection: so many under way, a few more waiting. Belongs to the connection's event loop.
///
/// A message is made only when the channel takes more, so a slow client costs one message, whatever the zone's size.
final class ConnectionTransfers {
    /// A query whose answer is under way.
    private final class Transfer {
        var reply: (any TransferReply)?
        var isBusy = true
    }

    /// Transfers that may wait before nothing more is read.
    private static let waitingBound = 16

    private let runner: TransferRunner
    private let channel: any Channel
    private let client: ClientAddress
    private let transport: Transport
    private let maximum: Int
    private let totals: ConnectionTotals
    private var running: [Transfer] = []
    private var waiting = CircularBuffer<[UInt8]>()
    private var isOver = false
    /// Sends a message, or with nil tells that a transfer has ended.
    private let onMessage: ([UInt8]?) -> Void

    /// - Parameter onMessage: Sends a message; with nil a transfer has ended.
    init(
        runner: TransferRunner,
        channel: any Channel,
        client: ClientAddress,
        transport: Transport,
        table: ConnectionTable,
        onMessage: @escaping ([UInt8]?) -> Void
    ) {
        self.runner = runner
        self.channel = channel
        self.client = client
        self.transport = transport
        maximum = max(1, table.limits.transfersPerConnection)
        totals = table.totals
        self.onMessage = onMessage
    }

    /// Whether nothing is under way and nothing waits.
    var isIdle: Bool { running.isEmpty && waiting.isEmpty }
    /// Whether the connection should not read on for now.
    var isFull: Bool { waiting.count >= Self.waitingBound }

    /// Answers a query as soon as it may.
    func submit(_ message: [UInt8]) {
        waiting.append(message)
        startNext()
    }

    /// Goes on with all transfers; for when the channel takes more again.
    func resume() {
        for transfer in running where !transfer.isBusy { pull(transfer) }
    }

    /// Lets all transfers go, since the connection has ended.
    func cancel() {
        isOver = true
        waiting.removeAll()
        for transfer in running where !transfer.isBusy { end(transfer) }
    }

    private func startNext() {
        guard running.count < maximum, let message = waiting.popFirst() else { return }
        let transfer = Transfer()
        running.append(transfer)
        runner.acquire(on: channel.eventLoop).assumeIsolated().whenComplete { _ in
            if self.isOver { self.end(transfer) } else { self.open(transfer, message) }
        }
    }

    private func open(_ transfer: Transfer, _ message: [UInt8]) {
        let (transfers, client, transport) = (runner.transfers, client, transport)
        totals.change { $0.transfers += 1 }
        runner.run(on: channel.eventLoop) {
            transfers.open(message, client: client, transport: transport)
        }.assumeIsolated().whenComplete { result in
            transfer.isBusy = false
            transfer.reply = try? result.get()
            if self.isOver || transfer.reply == nil { self.end(transfer) } else { self.pull(transfer) }
        }
    }

    /// Asks for the next message, if the channel takes it.
    private func pull(_ transfer: Transfer) {
        guard !transfer.isBusy, let reply = transfer.reply, channel.isWritable else { return }
        transfer.isBusy = true
        runner.run(on: channel.eventLoop) { reply.next() }.assumeIsolated().whenComplete { result in
            guard !self.isOver, case .success(let message?) = result else {
                self.end(transfer)
                return
            }
            // Still busy meanwhile: a write may call back that the channel takes more.
            self.onMessage(message)
            transfer.isBusy = false
            if self.isOver { self.end(transfer) } else { self.pull(transfer) }
        }
    }

    private func end(_ transfer: Transfer) {
        guard let index = running.firstIndex(where: { $0 === transfer }) else { return }
        running.remove(at: index)
        transfer.reply = nil
        runner.release()
        guard !isOver else { return }
        startNext()
        onMessage(nil)
    }
}
