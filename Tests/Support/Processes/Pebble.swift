// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc

/// The ACME server of the Debian package `pebble`, with a certificate of its own, on 127.0.0.1.
package final class Pebble: Sendable {
    /// The URL of its directory.
    package let directory: String
    /// The PEM file that its certificate is checked against.
    package var authorityFile: String { folder + "/cert.pem" }
    private let folder: String
    private let process: DaemonProcess

    /// Starts it, and waits until it listens.
    ///
    /// - Parameters:
    ///   - dnsServer: Where it asks for the records of challenges: address and port.
    ///   - nonceRejection: How many of a hundred good nonces it refuses.
    ///   - accountKeys: Keys in base64url by their identifiers, of which whoever makes an account needs one; none is needed
    ///     when there are none.
    ///   - keepsAuthorizations: How many of a hundred authorizations it uses again.
    package init(
        dnsServer: String,
        nonceRejection: Int,
        accountKeys: [String: String] = [:],
        keepsAuthorizations: Int = 0
    ) async throws {
        folder = NSTemporaryDirectory() + "pebble-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let port = try FreePort.next()
        let openssl = try DaemonProcess(
            name: "openssl",
            program: "/usr/bin/openssl",
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem",
            ]
        )
        guard try await openssl.waitForExit() == 0 else { throw SupportError(openssl.log) }
        let keys = String(decoding: try JSONEncoder().encode(accountKeys), as: UTF8.self)
        let configuration = """
            {"pebble": {"listenAddress": "127.0.0.1:\(port)", "managementListenAddress": "127.0.0.1:\(try FreePort.next())",
            "certificate": "\(folder)/cert.pem", "privateKey": "\(folder)/key.pem", "httpPort": 5002, "tlsPort": 5001,
            "ocspResponderURL": "", "externalAccountBindingRequired": \(!accountKeys.isEmpty), "externalAccountMACKeys": \(keys)}}
            """
        try configuration.write(toFile: folder + "/pebble.json", atomically: true, encoding: .utf8)
        directory = "https://127.0.0.1:\(port)/dir"
        process = try DaemonProcess(
            name: "pebble",
            program: "/usr/bin/pebble",
            arguments: ["-config", folder + "/pebble.json", "-dnsserver", dnsServer],
            environment: [
                "PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "\(nonceRejection)",
                "PEBBLE_AUTHZREUSE": "\(keepsAuthorizations)",
            ]
        )
        let deadline = ContinuousClock.now + .seconds(60)
        while !process.log.contains("Root CA certificate available at") {
            guard process.exitStatus == nil, ContinuousClock.now < deadline else {
                throw SupportError("pebble does not start:\n\(process.log)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// What it has logged.
    package var log: String { process.log }

    /// Halts it, so that it takes connections and answers nothing, or has it go on.
    package func halt(_ isHalted: Bool) {
        process.signal(isHalted ? SIGSTOP : SIGCONT)
    }

    /// Stops it.
    package func stop() async throws {
        process.signal(SIGKILL)
        _ = try await process.waitForExit()
    }
}
