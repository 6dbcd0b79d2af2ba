// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing

/// A real responder with a thousand TCP clients that do nothing, or send an octet at a time, or much of a query and no
/// more. What they cost the others in time is for `bench-dns slow-clients` to measure.
@Suite("Slow clients", .serialized, .timeLimit(.minutes(5)))
struct SlowClientTests {
    private static let count = 1_000
    private static let zone = [
        "slow.test. 300 IN SOA ns.slow.test. host.slow.test. 1 60 60 60 60",
        "slow.test. 300 IN NS ns.slow.test.",
        "www.slow.test. 300 IN A 192.0.2.1",
    ]

    private func withResponder(_ options: [String], _ body: (LoneResponder) async throws -> Void) async throws {
        let responder = try await LoneResponder.start(origin: "slow.test.", lines: Self.zone, options: options)
        try await body(responder)
        try await responder.stop()
    }

    /// Whether a new client is answered, over UDP and over TCP.
    private func answers(_ responder: LoneResponder) throws -> Bool {
        let client = DNSClient(port: responder.port, timeout: .seconds(30))
        let question = DNSClient.question(try Name(text: "www.slow.test."), .a)
        let answers = [try client.askUDP(question), try client.askTCP(question)]
        return try answers.allSatisfy { try $0.map { try Message(wire: $0).answers.count } == 1 }
    }

    private func open(_ responder: LoneResponder) throws -> Int {
        Int(try responder.metric("dns_connections{transport=\"tcp\"}") ?? -1)
    }

    private func closed(_ responder: LoneResponder, _ reason: String) throws -> Int {
        Int(try responder.metric("dns_connections_closed_total{transport=\"tcp\",reason=\"\(reason)\"}") ?? -1)
    }

    private func until(_ what: String, _ condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while try !condition() {
            guard ContinuousClock.now < deadline else { throw SupportError("not in time: \(what)") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test("idle clients, and clients that send an octet at a time, are closed by the same time-out")
    func timeouts() async throws {
        try await withResponder(["--tcp-idle-timeout", "2s"]) { responder in
            #expect(try answers(responder))
            try await until("no connection is open") { try open(responder) == 0 }
            let before = try ProcessSize(responder.process.identifier)
            let clients = try SlowClients(Self.count, port: responder.port, network: 1)
            // A query that would take 512 octets, of which every other client sends one at a time.
            clients.send([2, 0], stride: 2)
            try await until("all were closed") {
                clients.send([0], stride: 2)
                return clients.open == 0
            }
            try await until("no connection is open") { try open(responder) == 0 }
            #expect(try closed(responder, "idle") == Self.count)
            #expect(try ProcessSize(responder.process.identifier).descriptors <= before.descriptors)
            #expect(try answers(responder))
        }
    }

    @Test("while they are there, new clients are answered; when there are too many, the idlest make room")
    func besideOthers() async throws {
        let room = Self.count + 200
        let options = ["--tcp-idle-timeout", "1h", "--tcp-max-connections", "\(room)"]
        try await withResponder(options) { responder in
            #expect(try answers(responder))
            let before = try ProcessSize(responder.process.identifier)
            let clients = try SlowClients(Self.count, port: responder.port, network: 1)
            #expect(clients.send([2, 0, 1], stride: 2) == Self.count / 2)
            try await until("all are accepted") { try open(responder) >= Self.count }
            #expect(try answers(responder))
            #expect(clients.open == Self.count)
            let grown = try ProcessSize(responder.process.identifier).memory - before.memory
            #expect(grown < Self.count * 16_384, "\(grown / Self.count) octets a client")
            try await until("the query's connection is gone") { try open(responder) == Self.count }

            let more = try SlowClients(400, port: responder.port, network: 2)
            #expect(more.send([2, 0, 1]) == 400)
            try await until("as many are open as may be") { try open(responder) == room }
            try await until("the oldest made room") { clients.open == Self.count - 200 }
            #expect(more.open == 400)
            #expect(try answers(responder))
            // Each of them made room for by another one, and the query just answered by one, too.
            try await until("the query's connection is gone") { try open(responder) == room - 1 }
            #expect(try closed(responder, "pressure") == 201)
            #expect(try closed(responder, "idle") == 0)
            #expect(clients.open == Self.count - 201)
        }
    }

    @Test("clients that send most of a large query, and no more, take no more memory than all of them together may")
    func incompleteQueries() async throws {
        try await withResponder(["--tcp-idle-timeout", "1h"]) { responder in
            #expect(try answers(responder))
            try await until("no connection is open") { try open(responder) == 0 }
            let before = try ProcessSize(responder.process.identifier)
            let clients = try SlowClients(Self.count, port: responder.port, network: 1)
            let part = [0xFF, 0xFF] + [UInt8](repeating: 0, count: 60_000)
            #expect(clients.send(part) > 0)
            // 16 MiB of incomplete queries are kept in all: 279 of these.
            try await until("the others were closed") { try closed(responder, "pressure") >= Self.count - 279 }
            #expect(try open(responder) <= 279)
            let grown = try ProcessSize(responder.process.identifier).memory - before.memory
            #expect(grown < 48 << 20, "\(grown) octets for all")
            #expect(try answers(responder))
        }
    }
}
