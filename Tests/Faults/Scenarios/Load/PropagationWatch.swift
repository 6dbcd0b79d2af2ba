// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport

/// Asks responders for names from the moment on that the API has acknowledged them, and notes when each answers.
final class PropagationWatch: Sendable {

    private let load: ChangeLoad
    private let total: Int
    private let stopFlag = StopFlag()

    /// - Parameter total: how many names are waited for.
    init(_ load: ChangeLoad, total: Int) {
        self.load = load
        self.total = total
    }

    func stop() { stopFlag.set() }

    /// Milliseconds from the API's answer to the responder's, of each name at each responder.
    func run(at responders: [ManagedDaemon]) async throws -> [Double] {
        let ports = responders.map(\.port)
        return try await withThrowingTaskGroup(of: [Double].self) { group in
            for port in ports { group.addTask { try await onThread { try self.watch(port) } } }
            return try await group.reduce(into: []) { $0 += $1 }.sorted()
        }
    }

    private func watch(_ port: Int) throws -> [Double] {
        let client = PipelinedDNSClient(port: port, window: 64)
        var seen = 0
        var open: [(question: [UInt8], since: ContinuousClock.Instant)] = []
        var latencies: [Double] = []
        while latencies.count < total, !stopFlag.isSet {
            let news = load.acknowledgements(after: seen)
            seen += news.count
            for (name, since) in news {
                let name = try Name(text: "\(name).\(load.zone).")
                open.append((DNSClient.question(name, .a), since))
            }
            if !open.isEmpty {
                let answers = try client.askUDP(open.map(\.question))
                let now = ContinuousClock.now
                var left: [(question: [UInt8], since: ContinuousClock.Instant)] = []
                for (entry, answer) in zip(open, answers) {
                    if let answer, answer.count > 7, answer[6] | answer[7] > 0 {
                        latencies.append(max(0, (now - entry.since) / .milliseconds(1)))
                    } else {
                        left.append(entry)
                    }
                }
                open = left
            }
            usleep(2_000)
        }
        return latencies
    }
}
