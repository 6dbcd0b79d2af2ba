// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import TestSupport

/// What of a ``ChangeLoad`` has not arrived everywhere in the end.
extension ChangeLoad {
    /// Waits until each responder answers every acknowledged name and the last value of each counted one; then counts what
    /// is missing or wrong after `limit`.
    func missing(at responders: [ManagedDaemon], limit: Duration = .seconds(120)) async throws -> [String] {
        let expected = acknowledged.merging(counters.mapValues(Self.address)) { $1 }
        let names = expected.keys.sorted()
        let questions = try names.map { DNSClient.question(try Name(text: "\($0).\(zone)."), .a) }
        var wrong: [String] = []
        for responder in responders {
            let client = PipelinedDNSClient(host: responder.host, port: responder.port)
            let deadline = ContinuousClock.now + limit
            var left = Array(names.indices)
            while !left.isEmpty {
                let asked = left
                let answers = try await onThread {
                    try client.askUDP(asked.map { questions[$0] })
                }
                left = zip(left, answers).filter { index, answer in
                    let message = answer.flatMap { try? Message(wire: $0) }
                    return message?.answers.map(\.rdata) != [expected[names[index]] ?? []]
                }.map(\.0)
                guard ContinuousClock.now < deadline else { break }
                if !left.isEmpty { try await Task.sleep(for: .milliseconds(200)) }
            }
            wrong += left.map { "\(names[$0]) at \(responder.name)" }
        }
        return wrong
    }
}
