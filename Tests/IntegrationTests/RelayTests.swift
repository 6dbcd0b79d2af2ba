// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import Logging
import Postgres
import TestSupport
import Testing

extension SystemTests {
    /// An installation whose responders stand behind two relays, one behind the other.
    @Suite("Relays") struct RelayTests {
        @Test(
            "responders behind relays answer what the API acknowledged, whoever is killed, and are filled without glue"
        )
        func chain() async throws {
            let stack = try LocalStack.current
            let origin = stack.portBase + 2
            let first = try RelayProcess("relay-eu", upstreams: [origin])
            // It may go past the first one.
            let second = try RelayProcess("relay-ams", upstreams: [first.streamPort, origin])
            try await second.ready()
            let ams1 = try RelayedResponder("ams1", upstream: second.streamPort)
            let ams2 = try RelayedResponder("ams2", upstream: second.streamPort)
            #expect(try stack.api("POST", "/domains", #"{"name":"relayed.example"}"#).status == 201)
            for responder in [ams1, ams2] { try await responder.waitForAnswer("relayed.example.", .soa) }

            // Who waits for a change waits for those behind the relays, and not for the relays.
            let change = try #require(try stack.addAddress("first").header("x-request-id"))
            let status = try stack.changeOfRelayed(change)
            #expect(status.contains(#""responders":{"in_sync":3,"total":3}"#), "\(status)")
            for responder in [ams1, ams2] { #expect(try responder.address("first") == [192, 0, 2, 1]) }
            let shown = try await stack.zonewright("status").output
            for name in ["ams1", "ams2", "relay-ams", "relay-eu", "responder1"] {
                #expect(shown.contains(name), "\(shown)")
            }

            for number in 1...24 {
                #expect(try stack.addAddress("r\(number)").status == 201)
                guard number % 6 == 0 else { continue }
                let relay = number % 12 == 0 ? second : first
                try await relay.kill()
                try relay.start()
            }
            for responder in [ams1, ams2] {
                for number in 1...24 { try await responder.waitForAnswer("r\(number).relayed.example.", .a) }
            }
            for relay in [first, second] {
                #expect(!relay.daemon.log.contains("a snapshot begins"), "\(relay.daemon.log)")
            }

            // A new one is filled while the origin, and with it the database, does nothing for anybody.
            let glue = try stack.processID("zonewright-glue")
            #expect(kill(glue, SIGSTOP) == 0)
            defer { kill(glue, SIGCONT) }
            let ams3 = try RelayedResponder("ams3", upstream: second.streamPort)
            try await ams3.waitForAnswer("r24.relayed.example.", .a)
            #expect(try ams3.address("first") == [192, 0, 2, 1])
            #expect(kill(glue, SIGCONT) == 0)

            #expect(try stack.addAddress("last").status == 201)
            for responder in [ams1, ams2, ams3] {
                try await responder.waitForAnswer("last.relayed.example.", .a)
                #expect(try await responder.stop() == 0)
            }
            #expect(try await second.stop() == 0)
            #expect(try await first.stop() == 0)
            try await forget(["ams1", "ams2", "ams3", "relay-ams", "relay-eu"], stack)
        }

        /// Takes nodes that are gone out of the database, so that what is tested next does not wait for them.
        private func forget(_ nodes: [String], _ stack: LocalStack) async throws {
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(
                    url: stack.variables["ZONEWRIGHT_DATABASE_URL"] ?? "",
                    applicationName: "tests"
                ),
                size: 1,
                logger: Logger(label: "tests")
            )
            defer { pool.close() }
            let deadline = ContinuousClock.now + .seconds(60)
            // The origin may still be about to write that they are gone.
            while ContinuousClock.now < deadline {
                let left = try await pool.query(
                    "SELECT FROM distribution.node WHERE connected AND name = ANY (\(nodes))"
                )
                if left.isEmpty { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            try await pool.execute("DELETE FROM distribution.node WHERE name = ANY (\(nodes))")
        }
    }
}

/// A real responder that follows a relay.
private final class RelayedResponder {
    private let folder = NSTemporaryDirectory() + "relayed-\(getpid())-\(UInt32.random(in: .min ... .max))"
    private let client: DNSClient
    private let process: DaemonProcess

    init(_ name: String, upstream: Int) throws {
        let port = try FreePort.next()
        client = DNSClient(port: port)
        process = try DaemonProcess(
            "zonewright-dns",
            arguments: [
                "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(try FreePort.next())", "--data-dir",
                folder, "--upstream", "127.0.0.1:\(upstream)", "--node-name", name,
            ],
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func stop() async throws -> Int32 { try await process.stop() }

    /// Asks until there is an answer.
    func waitForAnswer(_ name: String, _ type: RRType) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while (try? ask(name, type))?.answers.isEmpty ?? true {
            guard ContinuousClock.now < deadline else { throw SupportError("\(name) never came: \(process.log)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// The address of a name in the test's zone, as it is answered now.
    func address(_ name: String) throws -> [UInt8]? {
        try ask("\(name).relayed.example.", .a)?.answers.first?.rdata
    }

    private func ask(_ name: String, _ type: RRType) throws -> Message? {
        try client.askUDP(DNSClient.question(try Name(text: name), type)).map { try Message(wire: $0) }
    }
}

extension LocalStack {
    /// Adds an address to the test's zone.
    fileprivate func addAddress(_ name: String) throws -> HTTPAnswer {
        try api("POST", "/zones/relayed.example/records", #"{"name":"\#(name)","type":"A","content":"192.0.2.1"}"#)
    }

    /// What the API says of a change of the test's zone, having waited for it.
    fileprivate func changeOfRelayed(_ change: String) throws -> String {
        try HTTPClient(port: portBase, timeout: .seconds(60)).send(
            "GET",
            "/x/v1/\(variables["ZONEWRIGHT_ACCOUNT"] ?? "")/zones/relayed.example/changes/\(change)?wait=30",
            headers: [("Authorization", "Bearer \(variables["ZONEWRIGHT_TOKEN"] ?? "")")]
        ).text
    }
}
