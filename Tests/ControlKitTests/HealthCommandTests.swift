// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport
import Testing

@testable import ControlKit

/// `zonewright health` against servers that do as the test says.
@Suite("Health: command") struct HealthCommandTests {
    private static func run(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        let process = try DaemonProcess(
            "zonewright",
            arguments: ["health"] + arguments,
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
        return (try await process.waitForExit(), process.log)
    }

    /// The healthy answer: the canary's TXT record, or the SOA record of its zone in the authority section.
    private static func answer(_ query: Message, serial: UInt32 = 1) -> Message {
        var answer = query.response()
        answer.header.isAuthoritative = true
        if query.questions.first?.type == .soa {
            let line = "example. 60 IN SOA ns.example. hostmaster.example. \(serial) 1 1 1 1"
            answer.authorities = [line].compactMap { try? ResourceRecord(line: $0) }
        } else {
            answer.answers = ["_health.example. 60 IN TXT ok"].compactMap { try? ResourceRecord(line: $0) }
        }
        return answer
    }

    private static func check(_ server: ScriptedNameServer, _ options: String...) async throws -> (
        status: Int32, output: String
    ) {
        let canary = ["--name", "_health.example", "--type", "TXT", "--expect", "ok"]
        return try await run(["--server", "127.0.0.1:\(server.port)"] + canary + options)
    }

    @Test("a good answer over UDP and TCP is 0")
    func healthy() async throws {
        let server = try ScriptedNameServer { query, _ in Self.answer(query) }
        defer { server.stop() }
        let result = try await Self.check(server, "--tcp")
        #expect(result.status == 0)
        #expect(result.output == "healthy\n")
    }

    @Test("SERVFAIL, REFUSED, FORMERR and NXDOMAIN are 1", arguments: [2, 5, 1, 3] as [UInt16])
    func code(number: UInt16) async throws {
        let server = try ScriptedNameServer { query, _ in
            var answer = Self.answer(query)
            answer.rcode = RCode(rawValue: number)
            return answer
        }
        defer { server.stop() }
        let result = try await Self.check(server)
        #expect(result.status == 1)
        #expect(result.output == "unhealthy: the answer is \(RCode(rawValue: number))\n")
    }

    @Test("silence is 1, over either transport, and TCP counts only when it is asked for")
    func silence() async throws {
        let silent = try ScriptedNameServer { _, _ in nil }
        defer { silent.stop() }
        let result = try await Self.check(silent, "--timeout", "100ms")
        #expect(result.status == 1)
        #expect(result.output == "unhealthy: no answer within 100ms\n")
        let half = try ScriptedNameServer { query, isStream in isStream ? nil : Self.answer(query) }
        defer { half.stop() }
        #expect(try await Self.check(half).status == 0)
        #expect(try await Self.check(half, "--tcp").status == 1)
    }

    @Test("answers to other questions, queries and other identifiers are passed over")
    func strangers() async throws {
        let changes: [@Sendable (inout Message) -> Void] = [
            { $0.header.id &+= 1 }, { $0.header.isResponse = false }, { $0.questions = [] },
            { $0.questions = [Question(name: .root, type: .txt)] },
        ]
        for change in changes {
            let server = try ScriptedNameServer { query, _ in
                var answer = Self.answer(query)
                change(&answer)
                return answer
            }
            defer { server.stop() }
            let result = try await Self.check(server, "--timeout", "100ms")
            #expect(result.status == 1)
            #expect(result.output == "unhealthy: no answer within 100ms\n")
        }
    }

    @Test("a truncated answer is asked for again over TCP")
    func truncated() async throws {
        let server = try ScriptedNameServer { query, isStream in
            if isStream { return Self.answer(query) }
            var answer = query.response()
            answer.header.isAuthoritative = true
            answer.header.isTruncated = true
            return answer
        }
        defer { server.stop() }
        #expect(try await Self.check(server).status == 0)
    }

    @Test(
        "wrong options are 64, and nothing is announced or withdrawn",
        arguments: [
            ["--server", "ns1.example:53"], ["--type", "NONE"], ["--name", "a..b"], ["--expect", "\"open"],
            ["--timeout", "0"], ["--interval", "1ms"], ["--rise", "0"], ["--fall", "-1"], ["--exabgp", "192.0.2.1"],
            ["--exabgp", "192.0.2.1/32", "--peer", "x"], ["--maximum-lag", "soon"], ["--watch", "--peer", "[::1]"],
            ["--drain", "/tmp/x"], ["--peer", "127.0.0.1:1"], ["--exabgp", "192.0.2.1/32"],
        ]
    )
    func usage(wrong: [String]) async throws {
        let right = ["--server": "127.0.0.1:1", "--name": "_health.example", "--type": "TXT"]
        let others = right.filter { !wrong.contains($0.key) }.flatMap { [$0.key, $0.value] }
        let result = try await Self.run(others + wrong)
        #expect(result.status == 64, "\(result.output)")
        #expect(!result.output.contains("route"))
    }

    /// Starts a watch whose standard output alone is in its log.
    private static func watch(_ server: ScriptedNameServer, _ options: [String]) throws -> DaemonProcess {
        // With a time-out that no busy machine reaches, only the servers' answers count.
        let canary = [
            "--name", "_health.example", "--type", "TXT", "--expect", "ok", "--interval", "20ms", "--timeout", "30s",
        ]
        let program = try DaemonProcess.executable("zonewright").path
        return try DaemonProcess(
            name: "watch",
            program: "/bin/sh",
            arguments: ["-c", "exec \"$@\" 2>/dev/null", "sh", program, "health", "--watch"]
                + ["--server", "127.0.0.1:\(server.port)"] + canary + options,
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
    }

    @Test("a watch leaves a server that is as stale as its peers, and withdraws one that is alone behind")
    func staleness() async throws {
        let server = try ScriptedNameServer { query, _ in Self.answer(query, serial: 1) }
        let rounds = RoundCounter()
        let peers = try (0..<3).map { _ in
            try ScriptedNameServer { query, _ in
                rounds.count()
                return Self.answer(query, serial: 1)
            }
        }
        defer { for each in [server] + peers { each.stop() } }
        let options = peers.flatMap { ["--peer", "127.0.0.1:\($0.port)"] } + ["--maximum-lag", "50ms"]
        let watch = try Self.watch(server, options)
        try await watch.waitForLog("up\n")
        // Equally stale, for many times the limit's rounds; then one peer alone is ahead.
        try await rounds.waitForMore(90)
        peers[0].change { query, _ in Self.answer(query, serial: 2) }
        try await rounds.waitForMore(60)
        #expect(watch.log == "up\n")
        peers[1].change { query, _ in Self.answer(query, serial: 2) }
        try await watch.waitForLog("down\n")
        server.change { query, _ in Self.answer(query, serial: 2) }
        try await watch.waitForLog("down\nup\n")
        #expect(watch.log == "up\ndown\nup\n")
        #expect(try await watch.stop() == 128 + SIGTERM)
        #expect(watch.log == "up\ndown\nup\n")
    }

    @Test("a drain file takes a healthy server out, and its removal brings it back")
    func drain() async throws {
        let server = try ScriptedNameServer { query, _ in Self.answer(query) }
        defer { server.stop() }
        let file = NSTemporaryDirectory() + "drain-\(UUID().uuidString)"
        let watch = try Self.watch(server, ["--drain", file, "--exabgp", "192.0.2.53/32"])
        try await watch.waitForLog("announce")
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await watch.waitForLog("withdraw route 192.0.2.53/32 next-hop self\n")
        try FileManager.default.removeItem(atPath: file)
        try await watch.waitForLog("withdraw route 192.0.2.53/32 next-hop self\nannounce")
        try await watch.stop()
    }

    @Test("a watch that nobody reads ends, and says that it leaves the routes")
    func abandoned() async throws {
        let server = try ScriptedNameServer { query, _ in Self.answer(query) }
        defer { server.stop() }
        let program = try DaemonProcess.executable("zonewright").path
        let shell = try DaemonProcess(
            name: "pipe",
            program: "/bin/bash",
            arguments: ["-c", "\"$@\" | head -n 1; echo \"${PIPESTATUS[0]}\"", "bash", program, "health", "--watch"]
                + ["--server", "127.0.0.1:\(server.port)", "--name", "_health.example", "--type", "TXT"]
                + ["--interval", "20ms"],
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
        #expect(try await shell.waitForExit() == 0)
        #expect(shell.log.contains("the routes are left as they are"))
        #expect(shell.log.hasSuffix("69\n"))
    }
}
