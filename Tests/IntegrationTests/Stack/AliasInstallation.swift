// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import Synchronization
import TestSupport

/// The daemons of an installation with a recursive resolver of the test's own. The resolver says that every name has one
/// A record, and no AAAA record.
struct AliasInstallation: Sendable {
    let web: WebPair
    let responder: SiteResponder
    let resolver: ScriptedNameServer
    private let glue: DaemonProcess

    static func start() async throws -> AliasInstallation {
        let web = try await WebPair.start()
        let (port, operationsPort) = (try FreePort.next(), try FreePort.next())
        let glue = try DaemonProcess(
            "zonewright-glue",
            arguments: [
                "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operationsPort)",
                "--redirector-addresses", "192.0.2.200,2001:db8::200",
            ],
            environment: ["ZONEWRIGHT_DATABASE_URL": web.database.url(.glue), "SWIFT_BACKTRACE": "enable=no"]
        )
        try await glue.waitUntilReady(port: operationsPort)
        let installation = AliasInstallation(
            web: web,
            responder: try await SiteResponder.start("alias1", upstream: port),
            resolver: try ScriptedNameServer { _, _ in nil },
            glue: glue
        )
        installation.answer([192, 0, 2, 1])
        return installation
    }

    /// A worker that asks the resolver.
    func startWorker() async throws -> DaemonProcess {
        let operationsPort = try FreePort.next()
        let worker = try DaemonProcess(
            "zonewright-worker",
            arguments: [
                "--ops-listen", "127.0.0.1:\(operationsPort)", "--resolvers", "127.0.0.1:\(resolver.port)",
                "--alias-timeout", "1s", "--probe-schedule", "0 0 1 1 *",
            ],
            environment: ["ZONEWRIGHT_DATABASE_URL": web.database.workerURL, "SWIFT_BACKTRACE": "enable=no"]
        )
        try await worker.waitUntilReady(port: operationsPort)
        return worker
    }

    /// A web server that answers for URL records.
    func startRedirector() async throws -> (daemon: DaemonProcess, client: HTTPClient) {
        let (port, web, operations) = (try FreePort.next(), try FreePort.next(), try FreePort.next())
        let daemon = try DaemonProcess(
            "zonewright-web",
            arguments: [
                "--listen", "127.0.0.1:\(web)", "--ops-listen", "127.0.0.1:\(operations)",
                "--redirector-listen", "127.0.0.1:\(port)",
            ],
            environment: ["ZONEWRIGHT_DATABASE_URL": self.web.database.webURL, "SWIFT_BACKTRACE": "enable=no"]
        )
        try await daemon.waitUntilReady(port: operations)
        return (daemon, HTTPClient(port: port))
    }

    /// From now on every name has this address.
    func answer(_ address: [UInt8]) {
        resolver.change { query, _ in
            var answer = query.response()
            answer.header.recursionAvailable = true
            if let question = query.questions.first, question.type == .a {
                answer.answers = [ResourceRecord(owner: question.name, type: .a, ttl: 60, rdata: address)]
            }
            return answer
        }
    }

    /// Runs the operator's command.
    func zonewright(_ arguments: String...) async throws -> (status: Int32, output: String) {
        let process = try DaemonProcess(
            "zonewright",
            arguments: arguments,
            environment: ["ZONEWRIGHT_DATABASE_URL": web.database.operatorURL, "SWIFT_BACKTRACE": "enable=no"]
        )
        return (try await process.waitForExit(), process.log)
    }

    /// A record of the zone alias.example.
    func add(_ name: String, _ type: String, _ content: String) throws -> HTTPAnswer {
        try web.send(
            to: 0,
            "POST",
            "/v2/\(web.account)/zones/alias.example/records",
            #"{"name":"\#(name)","type":"\#(type)","content":"\#(content)"}"#
        )
    }

    /// What the responder says now.
    func ask(_ name: String, _ type: RRType) -> Message? {
        guard let name = try? Name(text: name),
            let octets = try? DNSClient(port: responder.port).askUDP(DNSClient.question(name, type))
        else { return nil }
        return try? Message(wire: octets)
    }

    /// Waits until the responder has exactly this data at a name.
    func expect(_ name: String, _ type: RRType, _ data: [[UInt8]]) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if ask(name, type)?.answers.map(\.rdata) == data { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw SupportError("\(name) \(type) never had \(data); at last \(String(describing: ask(name, type)))")
    }

    func stop() async throws {
        try await responder.stop()
        _ = try await glue.stop()
        resolver.stop()
        _ = try await web.stop()
    }
}
