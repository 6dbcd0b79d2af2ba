// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// A name server of another make that a test runs: its folder, its port, its key's secret and its process.
package final class ForeignNameServer {
    /// The make, for messages.
    package let name: String
    /// Where it answers, and hears of changes.
    package let port: Int
    /// The base64 text of its key's secret, 32 octets by chance.
    package let secret: String
    /// Where its files are.
    package let folder: String
    private var process: DaemonProcess?

    /// A server that is not running yet; its files go into a folder of its name in `parent`.
    package init(_ name: String, in parent: String) throws {
        self.name = name
        folder = "\(parent)/\(name)"
        port = try FreePort.next()
        secret = Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// All that it has logged.
    package var log: String { process?.log ?? "" }

    /// Writes a file into its folder, and returns the path.
    package func write(_ text: String, to file: String) throws -> String {
        let path = "\(folder)/\(file)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Starts the server itself.
    package func spawn(_ program: String, _ arguments: [String]) throws {
        try require(program)
        process = try DaemonProcess(name: name, program: program, arguments: arguments)
    }

    /// Runs a program to its end, which has to be a good one.
    package func run(_ program: String, _ arguments: [String]) async throws {
        try require(program)
        let process = try DaemonProcess(name: program, program: program, arguments: arguments)
        guard try await process.waitForExit() == 0 else {
            throw SupportError("\(program) \(arguments): \(process.log)")
        }
    }

    /// Stops the server.
    package func stop() async throws {
        try await process?.stop()
    }

    private func require(_ program: String) throws {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw SupportError("there is no \(program): make packages-test")
        }
    }
}
