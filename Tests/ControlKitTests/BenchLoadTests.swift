// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Testing

@testable import ControlKit

@Suite struct BenchLoadTests {
    private func settings(_ server: BenchEchoServer) -> LoadSettings {
        var settings = LoadSettings(host: "127.0.0.1", port: server.port)
        settings.warmUp = .milliseconds(50)
        settings.duration = .milliseconds(300)
        settings.clients = 4
        settings.outstanding = 64
        return settings
    }

    private func source(_ shape: QueryShape = QueryShape()) throws -> QuerySet {
        let lines = (0..<200).map { "name\(String(repeating: "x", count: $0 % 7))-\($0).example A" }
        return try QuerySet(QueryFile.queries(lines.joined(separator: "\n"), shape: shape))
    }

    @Test("every query is answered and counted once", arguments: [true, false])
    func answers(offload: Bool) throws {
        let server = try BenchEchoServer(.init(code: 3, padding: 5))
        defer { server.stop() }
        var settings = settings(server)
        settings.usesOffload = offload
        let report = try LoadRun.perform(settings, source: source())
        #expect(report.counts.answered > 200)
        #expect(report.counts.sent == report.counts.answered)
        #expect(report.counts.lost == 0 && report.counts.unexpected == 0 && report.counts.errors == 0)
        #expect(report.counts.codes[3] == report.counts.answered)
        #expect(report.counts.latency.total == report.counts.answered)
        // A header, a name of at least 16 octets, type and class, and the padding.
        #expect(report.counts.shortest >= 12 + 16 + 4 + 5 && report.counts.longest <= 12 + 26 + 4 + 5)
        #expect(server.queries >= Int(report.counts.sent))
        let names = try server.questions.map { try Message(wire: [0, 0] + $0).questions[0].name.text }
        #expect(Set(names).count == 200)
        #expect(names.allSatisfy { $0.hasPrefix("name") && $0.hasSuffix(".example.") })
    }

    @Test("queries that are not answered are lost, and the load goes on")
    func lost() throws {
        let server = try BenchEchoServer(.init(dropsEvery: 10))
        defer { server.stop() }
        var settings = settings(server)
        settings.timeout = .milliseconds(20)
        let report = try LoadRun.perform(settings, source: source())
        #expect(report.counts.lost > 0)
        #expect(report.counts.sent == report.counts.answered + report.counts.lost)
        let share = Double(report.counts.lost) / Double(report.counts.sent)
        #expect((0.08...0.12).contains(share))
    }

    @Test("a second answer to one query is not counted as an answer")
    func repeated() throws {
        let server = try BenchEchoServer(.init(repeats: true))
        defer { server.stop() }
        let report = try LoadRun.perform(settings(server), source: source())
        #expect(report.counts.sent == report.counts.answered)
        #expect(report.counts.unexpected > 0)
    }

    @Test("several threads share the clients", arguments: [LoadSettings.Carrier.datagrams, .streams])
    func threads(carrier: LoadSettings.Carrier) throws {
        let server = try BenchEchoServer(isStream: carrier == .streams)
        defer { server.stop() }
        var settings = settings(server)
        settings.carrier = carrier
        settings.threads = 3
        let report = try LoadRun.perform(settings, source: source())
        #expect(report.counts.answered > 100)
        #expect(report.counts.sent == report.counts.answered)
        #expect(report.counts.unexpected == 0 && report.counts.errors == 0)
    }

    @Test("at a rate no more queries are sent than were due")
    func rate() throws {
        let server = try BenchEchoServer()
        defer { server.stop() }
        var settings = settings(server)
        settings.rate = 500
        let report = try LoadRun.perform(settings, source: source())
        // Due in the measured time, one more at either end.
        #expect(report.counts.sent <= UInt64(report.seconds * 500) + 2)
        #expect(report.counts.sent == report.counts.answered)
        #expect(report.counts.answered > 0)
        #expect(report.busyShare < 1)
    }

    @Test("a closed port is an error, not a wait for ever", arguments: [LoadSettings.Carrier.datagrams, .streams])
    func closedPort(carrier: LoadSettings.Carrier) throws {
        let server = try BenchEchoServer()
        var settings = settings(server)
        server.stop()
        settings.carrier = carrier
        settings.host = "127.0.0.77"
        settings.timeout = .milliseconds(50)
        let report = try LoadRun.perform(settings, source: source())
        #expect(report.counts.answered == 0)
        #expect(report.counts.errors > 0)
        #expect(report.counts.sent == report.counts.lost)
    }

    @Test("the cost of the named processes is part of the report")
    func accounting() throws {
        let server = try BenchEchoServer()
        defer { server.stop() }
        var settings = settings(server)
        settings.serverProcesses = [getpid()]
        let report = try LoadRun.perform(settings, source: source())
        let cost = try #require(report.microsecondsPerAnswer)
        #expect(cost.user + cost.system > 0)
        #expect(try #require(report.after).residentKiB > 1000)
        #expect(report.text.contains("us CPU an answer"))
        let json = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
        #expect(json?["answered"] as? Int == Int(report.counts.answered))
        #expect((json?["server"] as? [String: Any])?["userMicroseconds"] is Double)
        settings.serverProcesses = [-1]
        #expect(throws: ControlError.self) { try LoadRun.perform(settings, source: source()) }
    }
}
