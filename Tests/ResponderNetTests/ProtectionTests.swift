// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Logging
import Testing
import ZoneStore

@testable import ResponderEngine
@testable import ResponderNet
@testable import Runtime

/// The options and files of cookies, rate limits and NSID.
@Suite(.timeLimit(.minutes(2)))
struct ProtectionTests {
    private func settings(_ flags: [String]) throws -> Settings {
        try Settings.load(arguments: flags, environment: [:], options: ResponderOptions.all)
    }

    private func options(_ flags: String...) throws -> ProtectionOptions { try ProtectionOptions(settings(flags)) }

    private func context(_ flags: [String]) throws -> DaemonContext {
        DaemonContext(
            name: "zonewright-dns",
            settings: try settings(flags),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            readiness: Readiness(),
            metrics: MetricsRegistry()
        )
    }

    @Test("without options there are cookies, the limits of NSD with loopback exempt, and no NSID")
    func defaults() throws {
        let options = try options()
        #expect(options.hasCookies && !options.requiresCookies && options.identifier == nil)
        let limits = try #require(options.limits)
        #expect(limits.answers == 200 && limits.errors == 200 && limits.slip == 2 && limits.zone == 0)
        #expect(limits.exempt.contains { $0.contains(ClientAddress(ipv4: 0x7F00_0001)) })
        #expect(limits.exempt.contains { $0.contains(ClientAddress(ipv6High: 0, low: 1)) })
        #expect(!limits.exempt.contains { $0.contains(ClientAddress(ipv4: 0xC000_0201)) })
        var engine = ResponderConfiguration()
        try options.apply(to: &engine, context([]))
        #expect(engine.cookies?.count == 1 && engine.limiter?.limits == limits)
    }

    @Test("each rate can be set by itself, and follows rrl-rate otherwise")
    func rates() throws {
        let limits = try #require(
            try options("--rrl-rate", "50", "--rrl-nxdomain-rate", "5", "--rrl-error-rate", "0").limits
        )
        #expect(limits.answers == 50 && limits.noData == 50 && limits.referrals == 50 && limits.refusals == 50)
        #expect(limits.nameErrors == 5 && limits.errors == 0)
        #expect(try options("--rrl-rate", "0").limits == nil)
        #expect(try options("--rrl-rate", "0", "--rrl-zone-rate", "7").limits?.zone == 7)
        #expect(try options("--rrl-exempt", "none").limits?.exempt == [])
        #expect(try options("--rrl-exempt", "192.0.2.0/24,2001:db8::/32").limits?.exempt.count == 2)
        var engine = ResponderConfiguration()
        try options("--rrl-rate", "0", "--cookies", "off").apply(to: &engine, context([]))
        #expect(engine.limiter == nil && engine.cookies == nil)
    }

    @Test("NSID is text or hexadecimal digits")
    func identifier() throws {
        #expect(try options("--nsid", "ns1.lon").identifier == Array("ns1.lon".utf8))
        #expect(try options("--nsid", "0x00fF10").identifier == [0, 255, 16])
        #expect(try options("--nsid", String(repeating: "x", count: 128)).identifier?.count == 128)
    }

    @Test(
        "wrong values are refused by name",
        arguments: [
            ("nsid", "0x123"), ("nsid", "0x"), ("nsid", "0xzz"), ("nsid", String(repeating: "x", count: 129)),
            ("rrl-exempt", "192.0.2.0/33"), ("rrl-exempt", "192.0.2.1/24"), ("rrl-exempt", "localhost"),
            ("rrl-exempt", "192.0.2.0/"), ("rrl-exempt", "192.0.2.0/24/1"), ("rrl-exempt", "::1/129"),
            ("rrl-exempt", "192.0.2.0/+8"), ("rrl-slip", "11"), ("rrl-window", "0"), ("cookies", "maybe"),
            ("rrl-rate", "-1"), ("rrl-table-size", "1023"),
        ]
    )
    func wrong(option: String, value: String) throws {
        let error = #expect(throws: SettingsError.self) { try options("--\(option)", value) }
        #expect(error?.option == option)
    }

    @Test("a file of secrets may have comments and empty lines; its errors name the line and not the secret")
    func parsing() throws {
        func parse(_ text: String) throws -> [CookieSecret] {
            try CookieSecretFile.parse(Array(text.utf8), path: "secrets")
        }
        let first = "000102030405060708090a0b0c0d0e0f"
        let second = "E5E973E5A6B2A43F48E7DC849E37BFCF"
        let secrets = try parse("# new\n\(first)\r\n\n  \(second)  \n")
        #expect(secrets == [CookieSecret(Array(0..<16)), secrets.last].compactMap { $0 } && secrets.count == 2)
        for (text, line) in [
            ("\(first)\n\(second)0", 2), ("abc", 1), ("\n\n\(first.dropLast())g", 3), ("\(first) \(second)", 1),
            ("\(first)\n\(first)", 2),
        ] {
            let error = #expect(throws: CookieSecretFile.Failure.self) { try parse(text) }
            #expect(error?.description.hasPrefix("secrets:\(line): ") == true)
            #expect(error?.description.contains(first) == false)
        }
        #expect(throws: CookieSecretFile.Failure.self) { try parse("# nothing\n") }
        let many = (0..<9).map { "0000000000000000000000000000000\($0)" }.joined(separator: "\n")
        #expect(throws: CookieSecretFile.Failure.self) { try parse(many) }
    }

    @Test("a file of secrets is read again when it changes; a bad one leaves the old secrets in use")
    func reload() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("cookies-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        func write(_ lines: [String], mode: Int = 0o600) throws {
            try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        let old = "000102030405060708090a0b0c0d0e0f"
        let new = "e5e973e5a6b2a43f48e7dc849e37bfcf"
        let context = try context([])
        let options = try options("--cookie-secret-file", path)
        var engine = ResponderConfiguration()
        let missing = #expect(throws: DaemonError.self) { try options.apply(to: &engine, context) }
        #expect(missing?.message.contains(path) == true && missing?.message.contains("cookie-secret-file") == true)
        try write([old], mode: 0o644)
        let open = #expect(throws: DaemonError.self) { try options.apply(to: &engine, context) }
        #expect(open?.message.contains("0644") == true)
        try write([old])
        try options.apply(to: &engine, context)
        let cookies = try #require(engine.cookies)
        #expect(cookies.count == 1)
        try write([new, old])
        await context.reloads.reloadChanged(logger: context.logger)
        #expect(cookies.count == 2)
        try write([new, old, "rubbish"])
        await context.reloads.reloadChanged(logger: context.logger)
        #expect(cookies.count == 2)
        try FileManager.default.removeItem(atPath: path)
        await context.reloads.reloadAll(logger: context.logger)
        #expect(cookies.count == 2)
        try write([new])
        await context.reloads.reloadAll(logger: context.logger)
        #expect(cookies.count == 1)
    }

    @Test("metrics tell types, cookies, limits and sizes with a bounded number of series")
    func metrics() async throws {
        let folder = TCPBench.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let context = try context(["--data-dir", folder, "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"])
        let services = try await ResponderServices.make(context)
        let text = context.metrics.render()
        #expect(text.contains("\ndns_queries_by_type_total{type=\"AAAA\"} 0\n"))
        #expect(text.contains("\ndns_queries_by_type_total{type=\"other\"} 0\n"))
        #expect(text.contains("\ndns_cookies_total{cookie=\"good\"} 0\n"))
        #expect(text.contains("\ndns_rate_limited_total{action=\"slipped\"} 0\n"))
        #expect(text.contains("\ndns_responses_by_size_total{transport=\"udp\",up_to=\"512\"} 0\n"))
        #expect(text.split(separator: "\n").count { $0.hasPrefix("dns_queries_by_type_total{") } <= 32)
        withExtendedLifetime(services) {}
    }
}
