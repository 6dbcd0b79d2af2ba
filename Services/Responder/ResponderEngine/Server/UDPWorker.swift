// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CDatagram
internal import Glibc
internal import Synchronization

/// One thread's part of a UDP server.
///
/// `@unchecked Sendable`: everything but `isStopping` and the counters belongs to the one thread that calls `run`.
@safe
final class UDPWorker: @unchecked Sendable {
    let counters: ResponderCounters
    private let socket: UDPSocket
    private let transport: Transport
    private let payloadLimit: Int
    private var responder: Responder
    // SAFETY: made in init, freed in deinit.
    private let batch: OpaquePointer
    private let isStopping = Atomic<Bool>(false)

    /// Queries are small; what is longer than this is cut off and will not parse.
    private static let querySize = 4096
    /// What is answered at most after the stop: more than a socket's buffer holds.
    private static let lastBatches = 512

    init(
        responder: consuming Responder,
        socket: consuming UDPSocket,
        payloadLimit: Int,
        isIPv6: Bool
    ) throws(UDPServerError) {
        guard let made = unsafe cdatagram_batch_create(Self.querySize, payloadLimit) else {
            throw .outOfResources(code: ENOMEM)
        }
        unsafe batch = made
        counters = responder.counters
        self.responder = responder
        self.socket = socket
        self.payloadLimit = payloadLimit
        transport = isIPv6 ? .udp6 : .udp4
    }

    deinit {
        unsafe cdatagram_batch_destroy(batch)
    }

    /// Makes `run` return within a receive time-out.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
    }

    /// Answers until `stop`, and then what waits in the socket: another process may have it, but nobody has to.
    func run() {
        while !isStopping.load(ordering: .relaxed) {
            // Nothing came in time, or a signal; other errors (an ICMP message, no memory) pass too.
            answer(unsafe cdatagram_receive(batch, socket.descriptor))
        }
        for _ in 0..<Self.lastBatches {
            let count = unsafe cdatagram_receive_waiting(batch, socket.descriptor)
            guard count > 0 else { return }
            answer(count)
        }
    }

    /// Answers the batch that was received; nothing where its size is an error.
    private func answer(_ count: Int32) {
        guard count > 0 else { return }
        responder.beginBatch()
        for index in 0..<count { answer(at: index) }
        responder.endBatch()
        let refused = unsafe cdatagram_send(batch, socket.descriptor)
        if refused > 0 { counters.add(.sendFailures, Int(refused)) }
    }

    private func answer(at index: Int32) {
        var length = 0
        guard let query = unsafe cdatagram_query(batch, index, &length),
            let answer = unsafe cdatagram_answer(batch, index),
            unsafe cdatagram_unanswerable(batch, index) == 0
        else { return }
        if responder.isTapped { responder.clientPort = unsafe cdatagram_peer_port(batch, index) }
        let written = unsafe responder.respond(
            to: UnsafeRawBufferPointer(start: query, count: length),
            into: UnsafeMutableRawBufferPointer(start: answer, count: payloadLimit),
            transport: transport,
            client: client(index)
        )
        if written > 0 { unsafe cdatagram_queue(batch, index, written) }
    }

    private func client(_ index: Int32) -> ClientAddress {
        var high: UInt64 = 0
        var low: UInt64 = 0
        unsafe cdatagram_peer(batch, index, &high, &low)
        return ClientAddress(ipv6High: high, low: low)
    }
}
