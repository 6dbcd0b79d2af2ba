// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport
import Testing

/// DNS over TLS (RFC 7858) from a real responder, asked by kdig and openssl.
@Suite("DNS over TLS", .timeLimit(.minutes(5))) struct TLSTests {
    private static let zone = [
        "tls.test. 300 IN SOA ns.tls.test. host.tls.test. 1 3600 600 86400 300",
        "tls.test. 300 IN NS ns.tls.test.",
        "www.tls.test. 300 IN A 192.0.2.2",
    ]

    private func start(_ folder: TLSFolder, _ port: Int, _ options: String...) async throws -> LoneResponder {
        try await LoneResponder.start(
            origin: "tls.test.",
            lines: Self.zone,
            options: folder.options(port: port) + ["--log-format", "text"] + options
        )
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
        let folder = try await TLSFolder("first.test")
        let port = try FreePort.next()
        let responder = try await start(folder, port)
        func ask(_ options: String...) async throws -> String {
            let result = try await folder.run(
                "/usr/bin/kdig",
                ["-d", "@127.0.0.1", "-p", "\(port)", "+tls", "www.tls.test.", "A"] + options
            )
            #expect(result.status == 0)
            return result.output
        }
        let plain = try await ask("+noedns")
        #expect(plain.contains("192.0.2.2") && plain.contains("CN=first.test"), "\(plain)")
        #expect(try await ask("+padding=64").contains("PADDING"))
        #expect(try responder.metric("dns_tls_handshakes_total{outcome=\"completed\"}") == 2)

        try await folder.certify("second.test")
        responder.process.signal(SIGHUP)
        try await until("the second certificate") { try await ask().contains("CN=second.test") }

        try "no certificate".write(toFile: folder.certificate, atomically: true, encoding: .utf8)
        responder.process.signal(SIGHUP)
        try await responder.process.waitForLog("could not be read again")
        #expect(try await ask().contains("CN=second.test"), "a bad file leaves the old certificate in use")
        try await responder.stop()
    }

    @Test("a client that comes back resumes its session", arguments: ["-tls1_3", "-tls1_2"])
    func resumption(version: String) async throws {
        let folder = try await TLSFolder("resumed.test")
        let port = try FreePort.next()
        // openssl stays until the server lets go, and so gets the tickets.
        let responder = try await start(folder, port, "--tcp-idle-timeout", "1s")
        let session = folder.path + "/session"
        let first = try await folder.connect(port, version, "-sess_out", session)
        #expect(first.contains("New, TLSv1.") && first.contains("ALPN protocol: dot"), "\(first)")
        let second = try await folder.connect(port, version, "-sess_in", session)
        #expect(second.contains("Reused, TLSv1."), "\(second)")
        // Another certificate goes with other ticket keys: the session is not taken up, and the client is served.
        try await folder.certify("fresh.test")
        responder.process.signal(SIGHUP)
        try await until("the other certificate") { try await folder.connect(port).contains("CN = fresh.test") }
        let third = try await folder.connect(port, version, "-sess_in", session)
        #expect(third.contains("New, TLSv1.") && third.contains("CN = fresh.test"), "\(third)")
        try await responder.stop()
    }

    @Test("versions before TLS 1.2 are refused", arguments: ["-tls1", "-tls1_1"])
    func oldVersions(version: String) async throws {
        let folder = try await TLSFolder("old.test")
        let port = try FreePort.next()
        let responder = try await start(folder, port)
        // Its own security level keeps openssl from offering them otherwise.
        let said = try await folder.connect(port, version, "-cipher", "ALL:@SECLEVEL=0")
        #expect(said.contains("alert protocol version"), "\(said)")
        try await until("the failure is counted") {
            try responder.metric("dns_tls_handshakes_total{outcome=\"failed\"}") == 1
        }
        try await responder.stop()
    }

    @Test("a key that others may read is refused, at the start and when it is read again, and is in no log")
    func openKey() async throws {
        let folder = try await TLSFolder("open.test")
        let (port, operations) = (try FreePort.next(), try FreePort.next())
        let secret = try String(contentsOfFile: folder.key, encoding: .utf8).split(separator: "\n").dropFirst()
        func protect(_ mode: Int) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.key)
        }
        func expectSecrecy(_ log: String) {
            #expect(!secret.dropLast().contains { log.contains($0) })
        }
        for mode in [0o644, 0o602, 0o620] {
            try protect(mode)
            let process = try DaemonProcess(
                "zonewright-dns",
                arguments: [
                    "--listen", "127.0.0.1:\(try FreePort.next())", "--ops-listen", "127.0.0.1:\(operations)",
                    "--data-dir", folder.path + "/replica",
                ] + folder.options(port: port)
            )
            #expect(try await process.waitForExit() == 69)
            #expect(process.log.contains("\(folder.key): holds secrets but has mode 0\(String(mode, radix: 8))"))
            #expect(process.log.contains("tls-key"))
            expectSecrecy(process.log)
        }
        try protect(0o640)
        let responder = try await start(folder, port, "--log-level", "trace")
        try protect(0o644)
        responder.process.signal(SIGHUP)
        try await responder.process.waitForLog("could not be read again")
        #expect(try await folder.ask(port, "www.tls.test.", "A").contains("192.0.2.2"))
        expectSecrecy(responder.process.log)
        try await responder.stop()
    }
}
