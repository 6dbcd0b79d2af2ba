// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Glibc
import Synchronization
import TestSupport

/// A steady stream of queries to a responder from a thread of its own, every one of which has to be answered rightly.
///
/// One query after the other: a lost one is one that has no answer within five seconds, and is not asked again.
final class QueryStream: Sendable {
    /// How the queries go.
    enum Way: Sendable, CaseIterable {
        /// UDP, each from a socket of its own, so that the kernel spreads them over the server's sockets.
        case datagrams
        /// TCP, each on a connection of its own.
        case connections
    }

    /// What became of the queries.
    struct Result: Sendable {
        var asked = 0
        var lost: [String] = []
        var wrong = 0
    }

    private let state = Mutex(Result())
    private let isStopping = Atomic<Bool>(false)
    private let hasEnded = DispatchSemaphore(value: 0)

    /// Begins to ask `port` for `names` in turn, whose A records end in the number of the name.
    init(_ way: Way, port: Int, names: [Name]) {
        Thread.detachNewThread { [self] in
            var number = 0
            while !isStopping.load(ordering: .relaxed) {
                ask(way, port, names[number % names.count], last: UInt8(number % names.count), UInt16(number & 0xFFFF))
                number += 1
            }
            hasEnded.signal()
        }
    }

    /// What became of the queries so far.
    var result: Result { state.withLock { $0 } }

    /// Ends the stream behind the query under way.
    func stop() -> Result {
        isStopping.store(true, ordering: .relaxed)
        hasEnded.wait()
        return result
    }

    private func ask(_ way: Way, _ port: Int, _ name: Name, last: UInt8, _ id: UInt16) {
        let client = DNSClient(port: port, timeout: .seconds(5))
        let question = DNSClient.question(name, .a, id: id)
        var answer: [UInt8]?
        var reason = "no answer"
        do {
            answer = way == .datagrams ? try client.askUDP(question) : try client.askTCP(question)
        } catch {
            reason = "\(error)"
        }
        let message = answer.flatMap { try? Message(wire: $0) }
        let isRight =
            message?.header.id == id && message?.answers.count == 1 && message?.answers.first?.rdata.last == last
        state.withLock { state in
            state.asked += 1
            if answer == nil {
                state.lost.append("query \(state.asked): \(reason)")
            } else if !isRight {
                state.wrong += 1
            }
        }
    }
}
