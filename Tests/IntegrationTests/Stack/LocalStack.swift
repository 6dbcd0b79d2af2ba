// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport

/// A whole installation made by `zonewright up`: PostgreSQL, the four daemons, an account and a token.
struct LocalStack: Sendable {
    /// The state folder.
    let folder: String
    /// The first of its nine ports.
    let portBase: Int
    /// What `env` holds.
    let variables: [String: String]

    /// Brings an installation up in a temporary folder.
    static func up() async throws -> LocalStack {
        let folder = "/tmp/zonewright-test-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let base = try freePortBase()
        let stack = LocalStack(folder: folder, portBase: base, variables: [:])
        do {
            let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Docs/examples").path
            let result = try await stack.zonewright("up", "--examples", examples)
            guard result.status == 0 else {
                throw SupportError("zonewright up ended with \(result.status): \(result.output)")
            }
            let text = try String(contentsOfFile: folder + "/env", encoding: .utf8)
            let pairs = text.split(separator: "\n").map { line in
                let parts = line.split(separator: "=", maxSplits: 1)
                return (String(parts[0]), String(parts[1].dropFirst().dropLast()))
            }
            return LocalStack(folder: folder, portBase: base, variables: Dictionary(uniqueKeysWithValues: pairs))
        } catch {
            await stack.down()
            throw error
        }
    }

    /// Stops it and removes everything.
    func down() async {
        _ = try? await zonewright("down")
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Runs the operator's command against this installation.
    func zonewright(_ arguments: String...) async throws -> (status: Int32, output: String) {
        let process = try DaemonProcess(
            "zonewright",
            arguments: arguments,
            environment: [
                "ZONEWRIGHT_STATE": folder, "PORT_BASE": "\(portBase)", "SWIFT_BACKTRACE": "enable=no",
                // The tests remove most of the few zones that they make.
                "ZONEWRIGHT_BREAKER_ZONES": "1000000",
                // And count the answers to their own questions.
                "ZONEWRIGHT_PROBE_SCHEDULE": "0 0 1 1 *",
            ]
        )
        let status = try await process.waitForExit(timeout: .seconds(120))
        return (status, process.log)
    }

    /// A request to the API below the account, with the account's token.
    func api(_ method: String, _ path: String, _ json: String? = nil) throws -> HTTPAnswer {
        try HTTPClient(port: portBase, timeout: .seconds(30)).send(
            method,
            "/v2/\(variables["ZONEWRIGHT_ACCOUNT"] ?? "")\(path)",
            headers: [
                ("Authorization", "Bearer \(variables["ZONEWRIGHT_TOKEN"] ?? "")"),
                ("Content-Type", "application/json"),
            ],
            body: json.map { Array($0.utf8) }
        )
    }

    /// The responder's answer to one question, over UDP and, when that is truncated, TCP. Nil when nothing answers.
    func ask(_ name: String, _ type: RRType, port: Int? = nil) throws -> Message? {
        let client = DNSClient(port: port ?? portBase + 4)
        let question = DNSClient.question(try Name(text: name), type)
        guard let octets = try client.askUDP(question) else { return nil }
        let message = try Message(wire: octets)
        guard message.header.isTruncated else { return message }
        return try client.askTCP(question).map { try Message(wire: $0) }
    }

    /// Asks until `isRight` or a generous time has passed; returns the last answer.
    func ask(_ name: String, _ type: RRType, until isRight: (Message) -> Bool) async throws -> Message {
        let deadline = ContinuousClock.now + .seconds(60)
        var last: Message?
        while ContinuousClock.now < deadline {
            last = try? ask(name, type)
            if let last, isRight(last) { return last }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw SupportError("\(name) \(type): the right answer never came; the last was \(String(describing: last))")
    }

    /// The process id of a supervised program.
    func processID(_ name: String) throws -> pid_t {
        let text = try String(contentsOfFile: "\(folder)/run/\(name).pid", encoding: .utf8)
        guard let pid = pid_t(text.split(separator: "\n").first ?? "") else {
            throw SupportError("no pid in \(name).pid")
        }
        return pid
    }

    /// Waits until another process than `old` runs as `name` and says that it is ready.
    func waitForRestart(of name: String, after old: pid_t, operationsPort: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let client = HTTPClient(port: operationsPort, timeout: .seconds(2))
            if try processID(name) != old, (try? client.get("/readyz").status) == 200 { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw SupportError("\(name) did not come back")
    }

    /// Nine consecutive ports that are free now.
    private static func freePortBase() throws -> Int {
        for _ in 0..<100 {
            let base = 20_000 + 9 * Int.random(in: 0..<1_333)
            if (base..<(base + 9)).allSatisfy({ FreePort.isFree($0) }) { return base }
        }
        throw SupportError("no nine consecutive free ports")
    }
}
