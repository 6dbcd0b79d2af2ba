// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport

/// A further responder of an installation, which reports every second, and a count of what it has answered.
final class CountedResponder {
    /// Answers by zone: the last two labels of what was asked.
    private(set) var answered: [String: Int] = [:]

    private let folder = NSTemporaryDirectory() + "counted-\(getpid())-\(UInt32.random(in: .min ... .max))"
    private let port: Int
    private let operationsPort: Int
    private let glue: String
    private var process: DaemonProcess

    /// Starts it; it follows the glue of `stack`.
    init(_ stack: LocalStack) async throws {
        port = try FreePort.next()
        operationsPort = try FreePort.next()
        glue = "127.0.0.1:\(stack.portBase + 2)"
        process = try Self.start(port, operationsPort, folder, glue)
        try await process.waitUntilReady(port: operationsPort)
    }

    /// Removes the replica.
    func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Ends it: its exit status.
    func stop() async throws -> Int32 { try await process.stop() }

    /// Ends it and starts it again.
    func restart() async throws {
        guard try await stop() == 0 else { throw SupportError("the responder failed: \(process.log)") }
        process = try Self.start(port, operationsPort, folder, glue)
        try await process.waitUntilReady(port: operationsPort)
    }

    /// Has another process take its place, and waits until this one is gone.
    func handOver() async throws {
        let former = process
        process = try Self.start(port, operationsPort, folder, glue, further: ["--take-over"])
        guard try await former.waitForExit() == 0 else { throw SupportError("no handover: \(former.log)") }
    }

    /// Asks until the zone is answered.
    func waitForZone(_ zone: String) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try exchange(zone, .soa, overTCP: false).rcode == .refused {
            guard ContinuousClock.now < deadline else { throw SupportError("\(zone) never came: \(process.log)") }
            try await Task.sleep(for: .milliseconds(20))
        }
        answered[zone, default: 0] += 1
    }

    /// Asks one question, which counts.
    func ask(_ name: String, _ type: RRType, overTCP: Bool = false) throws {
        let answer = try exchange(name, type, overTCP: overTCP)
        guard answer.rcode == .noError || answer.rcode == .nameError else {
            throw SupportError("\(name) is answered \(answer.rcode)")
        }
        answered[name.split(separator: ".").suffix(2).joined(separator: "."), default: 0] += 1
    }

    /// Asks for a name that is refused, which counts nowhere.
    func askRefused(_ name: String) throws {
        guard try exchange(name, .a, overTCP: false).rcode == .refused else {
            throw SupportError("\(name) is not refused")
        }
    }

    private func exchange(_ name: String, _ type: RRType, overTCP: Bool) throws -> Message {
        // Long enough for no question to be asked twice.
        let client = DNSClient(port: port, timeout: .seconds(60))
        let question = DNSClient.question(try Name(text: name + "."), type)
        guard let octets = overTCP ? try client.askTCP(question) : try client.askUDP(question) else {
            throw SupportError("\(name) is not answered: \(process.log)")
        }
        return try Message(wire: octets)
    }

    private static func start(
        _ port: Int,
        _ operationsPort: Int,
        _ folder: String,
        _ glue: String,
        further: [String] = []
    ) throws -> DaemonProcess {
        try DaemonProcess(
            "zonewright-dns",
            arguments: [
                "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operationsPort)", "--data-dir", folder,
                "--upstream", glue, "--node-name", "counted", "--analytics-interval", "1s",
            ] + further,
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
    }
}
