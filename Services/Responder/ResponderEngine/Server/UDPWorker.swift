// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Synchronization

/// One thread's part of a UDP server.
///
/// `@unchecked Sendable`: `loop` belongs to the one thread that calls `run`, which takes it; all else may be used by any.
final class UDPWorker: @unchecked Sendable {
    let counters: ResponderCounters
    private let socket: UDPSocket
    /// The socket's descriptor, which lives as long as the worker.
    var descriptor: Int32 { socket.descriptor }
    private var loop: UDPLoop?
    private let isStopping = Atomic<Bool>(false)

    /// What is answered at most after the stop: more than a socket's buffer holds.
    private static let lastBatches = 512

    init(
        responder: consuming Responder,
        socket: consuming UDPSocket,
        payloadLimit: Int,
        isIPv6: Bool
    ) throws(UDPServerError) {
        counters = responder.counters
        loop = try UDPLoop(
            responder: responder,
            descriptor: socket.descriptor,
            payloadLimit: payloadLimit,
            isIPv6: isIPv6
        )
        self.socket = socket
    }

    /// Makes `run` return within a receive time-out.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
    }

    /// Answers until `stop`, and then what waits in the socket: another process may have it, but nobody has to.
    func run() {
        guard var loop = loop.take() else { return }
        while !isStopping.load(ordering: .relaxed) {
            loop.answerNext()
        }
        for _ in 0..<Self.lastBatches where !loop.answerWaiting() { return }
    }
}
