// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport
import Testing

/// DNS over TLS (RFC 7858) from a real responder, asked by kdig, its certificates made and looked at by openssl.
@Suite(.timeLimit(.minutes(5))) struct TLSTests {
    private static let zone = [
        "tls.test. 300 IN SOA ns.tls.test. host.tls.test. 1 3600 600 86400 300",
        "tls.test. 300 IN NS ns.tls.test.",
        "www.tls.test. 300 IN A 192.0.2.2",
    ]

    private func run(_ program: String, _ arguments: String...) async throws -> (status: Int32, output: String) {
        let process = try DaemonProcess(name: program, program: "/usr/bin/\(program)", arguments: arguments)
        return (try await process.waitForExit(), process.log)
    }

    /// Puts a new certificate of `name`, and its key, into the folder.
    private func certify(_ name: String, _ folder: String) async throws {
        let made = try await run(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=\(name)",
            "-keyout",
            folder + "/key",
            "-out",
            folder + "/certificate"
        )
        #expect(made.status == 0, "\(made.output)")
    }

    /// What kdig says of one question over TLS, the certificate's name included.
    private func ask(_ port: Int, _ options: String...) async throws -> String {
        let process = try DaemonProcess(
            name: "kdig",
            program: "/usr/bin/kdig",
            arguments: ["-d", "@127.0.0.1", "-p", "\(port)", "+tls", "www.tls.test.", "A"] + options
        )
        #expect(try await process.waitForExit() == 0)
        return process.log
    }

    private func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw SupportError("not in time: \(what)") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test("answers come over TLS, padded when asked, and a certificate is replaced without a restart")
    func answersAndReloads() async throws {
        let folder = "/tmp/tls-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await certify("first.test", folder)
        let port = try FreePort.next()
        let responder = try await LoneResponder.start(
            origin: "tls.test.",
            lines: Self.zone,
            options: [
                "--listen-tls", "127.0.0.1:\(port)", "--tls-certificate", folder + "/certificate", "--tls-key",
                folder + "/key", "--log-format", "text",
            ]
        )
        let plain = try await ask(port, "+noedns")
        #expect(plain.contains("192.0.2.2") && plain.contains("CN=first.test"), "\(plain)")
        #expect(try await ask(port, "+padding=64").contains("PADDING"))
        #expect(try responder.metric("dns_tls_handshakes_total{outcome=\"completed\"}") == 2)

        try await certify("second.test", folder)
        responder.process.signal(SIGHUP)
        try await until("the second certificate") { try await ask(port).contains("CN=second.test") }

        try "no certificate".write(toFile: folder + "/certificate", atomically: true, encoding: .utf8)
        responder.process.signal(SIGHUP)
        try await responder.process.waitForLog("could not be read again")
        #expect(try await ask(port).contains("CN=second.test"), "a bad file leaves the old certificate in use")
        try await responder.stop()
    }
}
