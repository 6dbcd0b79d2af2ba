// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing

/// dnstap from a real responder, read by the programs that operators use.
@Suite(.timeLimit(.minutes(5))) struct DnstapTests {
    private static let zone = [
        "tap.test. 300 IN SOA ns.tap.test. host.tap.test. 1 3600 600 86400 300",
        "tap.test. 300 IN NS ns.tap.test.",
        "ns.tap.test. 300 IN A 192.0.2.1",
        "www.tap.test. 300 IN A 192.0.2.2",
    ]

    private static func folder() throws -> String {
        let path = "/tmp/tap-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private static func dump(_ file: String) async throws -> String {
        let program = try DaemonProcess(name: "dnstap-ldns", program: "/usr/bin/dnstap-ldns", arguments: ["-r", file])
        #expect(try await program.waitForExit() == 0)
        return program.log
    }

    private func until(_ what: String, _ condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !condition() {
            guard ContinuousClock.now < deadline else { throw SupportError("not in time: \(what)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Asks until a message has gone out: the collector is found, or the file opened, beside the first answers.
    private func untilTapped(_ responder: LoneResponder, _ client: DNSClient) async throws {
        try await until("the first message") {
            _ = try client.askUDP(DNSClient.question(try Name(text: "first.tap.test."), .a))
            return try responder.metric("dnstap_messages_total{outcome=\"sent\"}") ?? 0 > 0
        }
    }

    @Test("fstrm_capture and dnstap-ldns read what was asked and answered, over UDP and TCP")
    func collector() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let collector = try DaemonProcess(
            name: "fstrm_capture",
            program: "/usr/bin/fstrm_capture",
            arguments: [
                "-t", "protobuf:dnstap.Dnstap", "-u", folder + "/socket", "-w", folder + "/capture",
            ]
        )
        try await until("the collector's socket") { FileManager.default.fileExists(atPath: folder + "/socket") }
        let responder = try await LoneResponder.start(
            origin: "tap.test.",
            lines: Self.zone,
            options: ["--dnstap", "unix:\(folder)/socket", "--node-name", "tapped"]
        )
        let client = DNSClient(port: responder.port)
        try await untilTapped(responder, client)
        for number in 0..<50 {
            _ = try client.askUDP(DNSClient.question(try Name(text: "name\(number).tap.test."), .a))
        }
        _ = try client.askTCP(DNSClient.question(try Name(text: "www.tap.test."), .aaaa))
        let expected = try #require(try responder.metric("dnstap_messages_total{outcome=\"sent\"}"))
        try await until("all messages") {
            try responder.metric("dnstap_messages_total{outcome=\"sent\"}") ?? 0 >= max(expected, 104)
        }
        try await responder.stop()
        _ = try await collector.stop()
        let text = try await Self.dump(folder + "/capture")
        for number in 0..<50 { #expect(text.contains("name\(number).tap.test.")) }
        #expect(text.contains("AQ 127.0.0.1"))
        #expect(text.contains("AR 127.0.0.1"))
        #expect(text.contains(" TCP ") && text.contains("\"www.tap.test.\" IN AAAA"))
        #expect(text.contains(" UDP "))
    }

    @Test("a file holds the same, and is whole after the end")
    func file() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let responder = try await LoneResponder.start(
            origin: "tap.test.",
            lines: Self.zone,
            options: ["--dnstap", "file:\(folder)/frames", "--dnstap-messages", "responses"]
        )
        let client = DNSClient(port: responder.port)
        try await untilTapped(responder, client)
        for number in 0..<20 {
            _ = try client.askUDP(DNSClient.question(try Name(text: "f\(number).tap.test."), .mx))
        }
        try await responder.stop()
        let text = try await Self.dump(folder + "/frames")
        for number in 0..<20 { #expect(text.contains("\"f\(number).tap.test.\" IN MX")) }
        #expect(!text.contains("AQ "))
    }

    @Test("a collector that takes nothing loses messages, and no answer")
    func stalled() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let responder = try await LoneResponder.start(
            origin: "tap.test.",
            lines: Self.zone,
            options: ["--dnstap", "unix:\(folder)/nobody"]
        )
        let client = DNSClient(port: responder.port)
        for number in 0..<200 {
            let question = DNSClient.question(try Name(text: "s\(number).tap.test."), .a)
            #expect(try client.askUDP(question) != nil)
        }
        try await until("messages left out") {
            try responder.metric("dnstap_messages_total{outcome=\"dropped\"}") ?? 0 >= 400
        }
        try await responder.stop()
    }

    @Test("the query log says who asked what, and how it was answered")
    func queryLog() async throws {
        let responder = try await LoneResponder.start(
            origin: "tap.test.",
            lines: Self.zone,
            options: ["--query-log", "all", "--log-format", "text"]
        )
        let client = DNSClient(port: responder.port)
        // The log begins beside the first answers.
        try await until("the first line") {
            _ = try client.askUDP(DNSClient.question(try Name(text: "first.tap.test."), .a))
            return responder.process.log.contains("name=first.tap.test.")
        }
        _ = try client.askUDP(DNSClient.question(try Name(text: "www.tap.test."), .a))
        _ = try client.askUDP(DNSClient.question(try Name(text: "www.other.test."), .mx))
        try await responder.process.waitForLog("name=www.tap.test.")
        try await responder.process.waitForLog("name=www.other.test.")
        // Each thread's queries are logged in their order; two queries may have come to two threads.
        let lines = responder.process.log.split(separator: "\n").filter { $0.contains("transport=udp") }
        let (ours, other) = (
            lines.filter { $0.contains("name=www.tap.test.") }, lines.filter { $0.contains("other.test.") }
        )
        #expect(ours.count == 1 && ours.allSatisfy { $0.contains("rcode=NOERROR") })
        #expect(other.count == 1 && other.allSatisfy { $0.contains("rcode=REFUSED") })
        #expect(lines.allSatisfy { $0.contains("client=127.0.0.1") })
        try await responder.stop()
    }
}
