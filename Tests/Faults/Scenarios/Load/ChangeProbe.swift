// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import TestSupport

/// Looks, while changes come, whether everything goes on: from the API by the responder to the receiver of webhooks.
struct ChangeProbe {
    private let load: ChangeLoad
    private let responder: ManagedDaemon
    private let sink: WebhookSink
    /// How often the zone's serial was less than before (RFC 1982).
    private(set) var serialsBack = 0
    private(set) var longestToAnswer = Duration.zero
    private(set) var longestToDelivery = Duration.zero
    private var serial: UInt32?

    init(_ load: ChangeLoad, at responder: ManagedDaemon, to sink: WebhookSink) {
        self.load = load
        self.responder = responder
        self.sink = sink
    }

    /// Waits until a change was acknowledged after this moment, is answered, and a webhook tells of it.
    ///
    /// - Parameter state: what was done before, for the error.
    mutating func waitForNewChange(_ state: String) async throws {
        let before = load.acknowledgedCount
        try await waitUntil("changes are acknowledged: \(state)") { load.acknowledgedCount > before }
        guard let name = load.acknowledgements(after: before).first?.name, let address = load.acknowledged[name] else {
            throw FaultError("an acknowledged change is not known")
        }
        let start = ContinuousClock.now
        try await waitUntil("\(name) is answered: \(state)", every: .milliseconds(5)) {
            try FaultStack.ask("\(name).\(load.zone).", port: responder.port) == [address]
        }
        longestToAnswer = max(longestToAnswer, .now - start)
        try await waitUntil("a webhook tells of \(name): \(state)") { sink.all.made.contains(name) }
        longestToDelivery = max(longestToDelivery, .now - start)
        try noteSerial()
    }

    /// The names of acknowledged creations that no webhook has told of; waits for them first.
    func undelivered() async -> [String] {
        _ = try? await waitUntil("all webhooks are delivered") {
            load.acknowledged.keys.allSatisfy(sink.all.made.contains)
        }
        let made = sink.all.made
        return load.acknowledged.keys.filter { !made.contains($0) }
    }

    private mutating func noteSerial() throws {
        let question = DNSClient.question(try Name(text: "\(load.zone)."), .soa)
        guard let answer = try DNSClient(port: responder.port).askUDP(question),
            let octets = try Message(wire: answer).answers.first(where: { $0.type == .soa })?.rdata.suffix(20).prefix(4)
        else { throw FaultError("no SOA record") }
        let now = octets.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if let serial, Int32(bitPattern: now &- serial) < 0 { serialsBack += 1 }
        serial = now
    }
}
