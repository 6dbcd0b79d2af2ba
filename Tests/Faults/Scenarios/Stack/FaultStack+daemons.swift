// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport

/// The daemons that most scenarios have.
extension FaultStack {
    func web(environment: [String: String] = [:]) throws -> ManagedDaemon {
        try daemon(
            "zonewright-web",
            named: "web",
            arguments: ["--rate-limit", "1000000000", "--unauthenticated-rate-limit", "1000000000"],
            role: "zonewright_web",
            environment: environment
        )
    }

    func worker(_ arguments: [String] = [], environment: [String: String] = [:]) throws -> ManagedDaemon {
        try daemon(
            "zonewright-worker",
            named: "worker",
            serves: false,
            arguments: arguments,
            role: "zonewright_worker",
            environment: environment
        )
    }

    func glue(
        _ name: String = "origin1",
        listenHost: String? = nil,
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> ManagedDaemon {
        try daemon(
            "zonewright-glue",
            named: name,
            listenHost: listenHost,
            arguments: ["--node-name", name] + arguments,
            role: "zonewright_glue",
            environment: environment
        )
    }

    func relay(_ name: String = "relay1", upstream: Int, environment: [String: String] = [:]) throws -> ManagedDaemon {
        try daemon(
            "zonewright-glue",
            named: name,
            arguments: [
                "--node-name", name, "--upstream", "127.0.0.1:\(upstream)", "--replica-dir", replica(name),
            ],
            environment: environment
        )
    }

    /// - Parameter network: the namespace that it runs in, from where it reaches upstreams of this machine by the link
    ///   that may be cut.
    func responder(
        _ name: String = "responder1",
        in network: FaultNetwork? = nil,
        upstream: Int,
        _ arguments: [String] = [],
        dataFolder: String? = nil,
        environment: [String: String] = [:]
    ) throws -> ManagedDaemon {
        try daemon(
            "zonewright-dns",
            named: name,
            host: network?.watched ?? "127.0.0.1",
            arguments: [
                "--node-name", name, "--upstream", "\(network?.uplink ?? "127.0.0.1"):\(upstream)",
                "--udp-threads", "1", "--data-dir", dataFolder ?? replica(name),
            ] + arguments,
            environment: environment,
            prefix: network?.prefix ?? []
        )
    }

    /// The folder of a replica.
    func replica(_ name: String) -> String { "\(folder)/\(name)" }

    /// A request to the API below the account, with its token.
    func api(
        _ method: String,
        _ path: String,
        _ json: String? = nil,
        key: String? = nil,
        timeout: Duration = .seconds(30)
    ) throws -> HTTPAnswer {
        try HTTPClient(port: webPort, timeout: timeout).send(
            method,
            "/v2/\(account)\(path)",
            headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")]
                + (key.map { [("Idempotency-Key", $0)] } ?? []),
            body: json.map { Array($0.utf8) }
        )
    }

    /// Makes a zone by the API.
    func makeZone(_ name: String) throws {
        let answer = try api("POST", "/domains", #"{"name":"\#(name)"}"#)
        guard answer.status == 201 else { throw FaultError("POST /domains: \(answer.status) \(answer.text)") }
    }

    /// Makes an A record by the API; its number.
    @discardableResult
    func makeRecord(_ name: String, in zone: String, address: String) throws -> Int {
        let body = #"{"name":"\#(name)","type":"A","content":"\#(address)","ttl":60}"#
        let answer = try api("POST", "/zones/\(zone)/records", body)
        guard answer.status == 201, let number = answer.integer("id") else {
            throw FaultError("POST records: \(answer.status) \(answer.text)")
        }
        return number
    }

    /// The addresses that a responder answers, nil when it does not answer or with a failure.
    static func ask(_ name: String, host: String = "127.0.0.1", port: Int, timeout: Duration = .seconds(1)) throws
        -> [[UInt8]]?
    {
        let question = DNSClient.question(try Name(text: name), .a)
        guard let octets = try? DNSClient(host: host, port: port, timeout: timeout).askUDP(question) else { return nil }
        let message = try Message(wire: octets)
        guard message.rcode == .noError || message.rcode == .nameError else { return nil }
        return message.answers.filter { $0.type == .a }.map(\.rdata)
    }

    /// Waits until each responder answers exactly one address for a name.
    @discardableResult
    func waitForAddress(_ address: [UInt8], of name: String, at responders: [ManagedDaemon]) async throws -> Duration {
        let start = ContinuousClock.now
        for responder in responders {
            try await waitUntil("\(name) at \(responder.name)", every: .milliseconds(5)) {
                try Self.ask(name, host: responder.host, port: responder.port) == [address]
            }
        }
        return ContinuousClock.now - start
    }
}

extension HTTPAnswer {
    /// The first integer called `name` in a JSON answer.
    func integer(_ name: String) -> Int? {
        guard let range = text.range(of: "\"\(name)\":") else { return nil }
        return Int(text[range.upperBound...].prefix { $0.isNumber })
    }
}
