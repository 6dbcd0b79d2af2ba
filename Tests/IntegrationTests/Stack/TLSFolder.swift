// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport

/// A folder with a certificate and its key, and the programs that look at DNS over TLS from outside.
final class TLSFolder: Sendable {
    /// The folder; removed with the value's life.
    let path: String
    /// The certificate's file.
    var certificate: String { path + "/certificate" }
    /// The key's file.
    var key: String { path + "/key" }

    /// A folder with a certificate of `name`.
    init(_ name: String) async throws {
        path = "/tmp/tls-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try await certify(name)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The options that have a responder listen at `port` with them.
    func options(port: Int) -> [String] {
        ["--listen-tls", "127.0.0.1:\(port)", "--tls-certificate", certificate, "--tls-key", key]
    }

    /// Puts a new certificate of `name`, and its key, into the folder.
    func certify(_ name: String) async throws {
        let made = try await run(
            "/usr/bin/openssl",
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
                + [
                    "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", key, "-out",
                    certificate,
                ]
        )
        guard made.status == 0 else { throw SupportError(made.output) }
    }

    /// What openssl says of a connection to `port` with one query on it, once the server has let go of it. The query is
    /// needed for tickets: they go out with the first answer.
    func connect(_ port: Int, _ options: String...) async throws -> String {
        // For the root's NS records, with its length in front.
        let query: [UInt8] = [0, 17, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]
        try Data(query).write(to: URL(fileURLWithPath: path + "/query"))
        let arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof", "-alpn", "dot"] + options
        let script = #"exec /usr/bin/openssl "$@" < "$0""#
        return try await run("/bin/sh", ["-c", script, path + "/query"] + arguments).output
    }

    /// What kdig says of one question over TLS, the certificate's name included.
    func ask(_ port: Int, _ question: String...) async throws -> String {
        let result = try await run("/usr/bin/kdig", ["-d", "@127.0.0.1", "-p", "\(port)", "+tls"] + question)
        guard result.status == 0 else { throw SupportError(result.output) }
        return result.output
    }

    /// Writes a file into the folder, for its owner alone.
    func write(_ text: String, to file: String) throws -> String {
        let path = "\(path)/\(file)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    /// Runs a program to its end.
    func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) async throws -> (status: Int32, output: String) {
        let process = try DaemonProcess(
            name: program,
            program: program,
            arguments: arguments,
            environment: environment
        )
        return (try await process.waitForExit(), process.log)
    }
}
