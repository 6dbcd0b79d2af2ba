// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSClient
import DNSText
import DNSWire
import Database
import Domain
import NIOCore

/// Asks the responders of a canary site, over real DNS, whether they serve what they have acknowledged.
struct CanaryProbe: Sendable {
    /// Zones of one run of entries that are asked for, the newest; so that a run costs no more the longer it is.
    static let zones = 16

    /// A canary that is not well, for people.
    struct Failure: Error, Hashable, CustomStringConvertible {
        let description: String
    }

    /// Asked each time, beside the changed zones.
    let queries: [Question]
    /// Where to ask, in place of the addresses that the responders told; empty for these.
    let addresses: [SocketAddress]
    let client: DNSClient

    /// Returns when every responder answers every question as it should, the questions being asked at once.
    ///
    /// - Throws: `Failure` for the first answer that is wrong or does not come.
    func check(_ canaries: [RolloutStore.Canary], _ changes: [RolloutStore.Change]) async throws {
        let servers = try servers(of: canaries)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (name, server) in servers {
                for change in changes {
                    group.addTask { try await checkZone(change, name, server) }
                }
                for query in queries {
                    group.addTask { _ = try await answer(to: query, name, server) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func servers(of canaries: [RolloutStore.Canary]) throws -> [(String, SocketAddress)] {
        guard addresses.isEmpty else { return addresses.map { ("\($0)", $0) } }
        return try canaries.filter { $0.isConnected && $0.isResponder }.map { canary in
            guard let text = canary.address, let address = Self.address(text) else {
                throw Failure(description: "\(canary.name) told no address to ask it at (see canary-address)")
            }
            return (canary.name, address)
        }
    }

    private func checkZone(_ change: RolloutStore.Change, _ name: String, _ server: SocketAddress) async throws {
        let apex = try Name(text: change.zoneName, origin: .root)
        let question = Question(name: apex, type: .soa)
        let answer = try await answer(to: question, name, server)
        guard let record = answer.answers.first(where: { $0.type == .soa && $0.owner == apex }),
            let serial = ZoneSerial.of(soa: record.rdata)
        else {
            throw Failure(description: "\(name) has no SOA record for \(question.name.text)")
        }
        guard serial == change.serial || ZoneSerial.isAhead(serial, of: change.serial) else {
            throw Failure(
                description: "\(name) has serial \(serial) of \(question.name.text), older than \(change.serial)"
            )
        }
    }

    private func answer(to question: Question, _ name: String, _ server: SocketAddress) async throws -> Message {
        let answer: Message
        do {
            answer = try await client.ask(question, of: server)
        } catch let error as DNSClientError {
            throw Failure(description: "\(name), asked for \(question.name.text) \(question.type): \(error)")
        }
        guard answer.rcode == .noError || answer.rcode == .nameError else {
            throw Failure(
                description: "\(name) answers \(question.name.text) \(question.type) with \(answer.rcode)"
            )
        }
        return answer
    }

    /// The address of `host:port`; nil when the host is no literal address.
    static func address(_ text: String) -> SocketAddress? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return try? SocketAddress(ipAddress: host, port: port)
    }
}
