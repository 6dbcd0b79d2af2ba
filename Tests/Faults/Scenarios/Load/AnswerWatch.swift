// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Synchronization
import TestSupport

/// Asks responders again and again: what is counted up must never go back, and an answer must come.
final class AnswerWatch: Sendable {
    /// What was seen.
    struct Result: Sendable {
        var asked = 0
        /// Questions without a right answer.
        var unanswered: [String] = []
        /// Values that were less than one seen before at the same responder.
        var reverted: [String] = []
    }

    private let result = Mutex(Result())
    private let stopFlag = StopFlag()
    private let names: [String]
    private let responders: [ManagedDaemon]

    init(_ names: [String], at responders: [ManagedDaemon]) {
        self.names = names
        self.responders = responders
    }

    var found: Result { result.withLock { $0 } }

    func stop() { stopFlag.set() }

    /// Asks until stopped, each responder some hundred times a second.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for responder in responders { group.addTask { try await onThread { try self.watch(responder) } } }
            try await group.waitForAll()
        }
    }

    private func watch(_ responder: ManagedDaemon) throws {
        var seen: [String: Int] = [:]
        while !stopFlag.isSet {
            for name in names {
                let addresses = try FaultStack.ask(
                    name,
                    host: responder.host,
                    port: responder.port,
                    timeout: .seconds(2)
                )
                result.withLock { result in
                    result.asked += 1
                    guard let address = addresses?.first, addresses?.count == 1 else {
                        result.unanswered.append("\(name) at \(responder.name)")
                        return
                    }
                    let value = Int(address[1]) << 16 | Int(address[2]) << 8 | Int(address[3])
                    if let before = seen[name], value < before {
                        result.reverted.append("\(name) at \(responder.name): \(before), then \(value)")
                    }
                    seen[name] = max(value, seen[name] ?? 0)
                }
                usleep(3_000)
            }
        }
    }
}
