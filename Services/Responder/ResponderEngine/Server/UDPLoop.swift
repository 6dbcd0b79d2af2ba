// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CDatagram
internal import Glibc

/// What a thread of a UDP server works with: a value of its own, so that nothing is counted or checked for others.
@safe
struct UDPLoop: ~Copyable {
    private var responder: Responder
    private let descriptor: Int32
    private let transport: Transport
    private let payloadLimit: Int
    // SAFETY: made in init, freed in deinit.
    private let batch: OpaquePointer
    // SAFETY: room for a number for each datagram of a batch, made in init, freed in deinit.
    private let prepared: UnsafeMutablePointer<UInt64>

    /// Queries are small; what is longer than this is cut off and will not parse.
    private static let querySize = 4096

    /// A loop over the socket `descriptor`, which stays the caller's.
    init(
        responder: consuming Responder,
        descriptor: Int32,
        payloadLimit: Int,
        isIPv6: Bool
    ) throws(UDPServerError) {
        guard let made = unsafe cdatagram_batch_create(Self.querySize, payloadLimit) else {
            throw .outOfResources(code: ENOMEM)
        }
        unsafe batch = made
        unsafe prepared = .allocate(capacity: Int(CDATAGRAM_BATCH))
        self.responder = responder
        self.descriptor = descriptor
        self.payloadLimit = payloadLimit
        transport = isIPv6 ? .udp6 : .udp4
    }

    deinit {
        unsafe cdatagram_batch_destroy(batch)
        unsafe prepared.deallocate()
    }

    /// Waits for queries and answers those that are there.
    ///
    /// Nothing may come in time, or a signal; other errors (an ICMP message, no memory) pass too.
    mutating func answerNext() {
        answer(unsafe cdatagram_receive(batch, descriptor))
    }

    /// Answers queries that are there already; false when there was none.
    mutating func answerWaiting() -> Bool {
        let count = unsafe cdatagram_receive_waiting(batch, descriptor)
        answer(count)
        return count > 0
    }

    /// Answers the batch that was received; nothing where its size is an error.
    private mutating func answer(_ count: Int32) {
        guard count > 0 else { return }
        responder.beginBatch()
        prepare(count)
        for index in 0..<count { answer(at: index) }
        responder.endBatch()
        let refused = unsafe cdatagram_send(batch, descriptor)
        if refused > 0 { responder.counters.add(.sendFailures, Int(refused)) }
    }

    /// Asks for the memory that all queries need before the first is answered, so that they wait for it together.
    private mutating func prepare(_ count: Int32) {
        for index in 0..<count {
            let query = unsafe cdatagram_query(batch, index)
            unsafe prepared[Int(index)] = responder.prepare(
                UnsafeRawBufferPointer(start: query.octets, count: query.length)
            )
        }
        for index in 0..<Int(count) { unsafe responder.approach(prepared[index]) }
    }

    @inline(__always)
    private mutating func answer(at index: Int32) {
        var exchange = unsafe cdatagram_exchange()
        guard unsafe cdatagram_take(batch, index, &exchange) != 0 else { return }
        responder.clientPort = unsafe exchange.port
        let written = unsafe responder.respond(
            to: UnsafeRawBufferPointer(start: exchange.query, count: exchange.length),
            into: UnsafeMutableRawBufferPointer(start: exchange.answer, count: payloadLimit),
            transport: transport,
            client: ClientAddress(ipv6High: exchange.high, low: exchange.low),
            prepared: prepared[Int(index)]
        )
        if written > 0 { unsafe cdatagram_queue(batch, index, written) }
    }
}
