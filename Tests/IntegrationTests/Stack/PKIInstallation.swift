// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import Logging
import NIOCore
import TestSupport
import ZoneSync

/// A folder made by `zonewright pki`, and the options of daemons that use it.
final class PKIInstallation: Sendable {
    /// The folder; removed with the value's life.
    let path: String
    var trusted: String { path + "/trusted.crt" }
    var revoked: String { path + "/revoked.txt" }

    /// A folder with one authority.
    init() async throws {
        path = "/tmp/pki-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try await pki("init", path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func certificate(_ name: String) -> String { "\(path)/nodes/\(name).crt" }
    func key(_ name: String) -> String { "\(path)/nodes/\(name).key" }

    /// Runs `zonewright pki` in the folder; throws unless it ends well.
    @discardableResult
    func pki(_ arguments: String...) async throws -> String {
        let place = arguments.first == "init" ? [] : ["--dir", path]
        let process = try DaemonProcess(
            "zonewright",
            arguments: ["pki"] + arguments + place,
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
        let status = try await process.waitForExit()
        guard status == 0 else { throw SupportError("pki \(arguments): \(status): \(process.log)") }
        return process.log
    }

    /// Makes a certificate of an origin on this machine.
    func issueOrigin(_ name: String, _ options: [String] = ["--address", "127.0.0.1"]) async throws {
        let process = try DaemonProcess(
            "zonewright",
            arguments: ["pki", "issue", "--dir", path, "--origin", name] + options
        )
        guard try await process.waitForExit() == 0 else { throw SupportError(process.log) }
    }

    /// Makes a certificate of a responder.
    func issue(_ name: String, lifetime: String = "90d") async throws {
        try await pki("issue", "--node", name, "--role", "responder", "--lifetime", lifetime)
    }

    /// What a daemon reads; with another folder's authorities when they are given.
    func files(_ name: String, trusting other: PKIInstallation? = nil) -> StreamIdentity.Files {
        StreamIdentity.Files(
            certificate: certificate(name),
            key: key(name),
            authorities: (other ?? self).trusted,
            revoked: revoked
        )
    }

    /// The options of zonewright-glue.
    func originOptions(_ name: String) -> [String] {
        [
            "--tls-certificate", certificate(name), "--tls-key", key(name), "--tls-ca", trusted, "--tls-revoked",
            revoked,
        ]
    }

    /// The options of zonewright-dns.
    func followerOptions(_ name: String) -> [String] {
        [
            "--origin-tls-certificate", certificate(name), "--origin-tls-key", key(name), "--origin-tls-ca", trusted,
        ]
    }
}

/// An origin in this process that speaks TLS, while a test runs.
struct SecureOrigin: Sendable {
    let server: OriginServer
    let identity: StreamIdentity
    var port: Int { server.localAddress?.port ?? 0 }

    /// Runs `body` with an origin of one zone that shows the certificate of `name`.
    static func with(
        _ pki: PKIInstallation,
        _ name: String = "glue-a",
        configure: (inout OriginServer.Configuration) -> Void = { _ in },
        _ body: (SecureOrigin) async throws -> Void
    ) async throws {
        let source = DamageOrigin()
        try source.publish("tls.test.", [])
        let identity = try StreamIdentity(pki.files(name))
        var configuration = OriginServer.Configuration(host: "127.0.0.1", port: 0, nodeName: name)
        configuration.tls = identity
        configure(&configuration)
        let logger = Logger(label: "origin") { _ in SwiftLogNoOpLogHandler() }
        let server = try await OriginServer.bind(configuration, source: source, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            do {
                try await body(SecureOrigin(server: server, identity: identity))
                server.drain()
                try await group.waitForAll()
            } catch {
                server.drain()
                throw error
            }
        }
    }

    /// openssl as a follower that introduces itself; it stays connected until the origin ends it.
    ///
    /// - Parameters:
    ///   - name: Whose certificate it shows; nil shows none.
    ///   - hello: The name and role that it claims.
    func connect(
        _ pki: PKIInstallation,
        as name: String?,
        hello: String = "node=ams1 role=responder",
        _ options: String...
    ) throws -> DaemonProcess {
        var arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof", "-CAfile", pki.trusted]
        if let name { arguments += ["-cert", pki.certificate(name), "-key", pki.key(name)] }
        let input = "\(pki.path)/hello-\(UInt32.random(in: .min ... .max))"
        try "HELLO \(hello) software=openssl\n".write(toFile: input, atomically: true, encoding: .utf8)
        return try DaemonProcess(
            name: "openssl",
            program: "/bin/sh",
            arguments: ["-c", #"exec /usr/bin/openssl "$@" < "$0""#, input] + arguments + options
        )
    }
}
