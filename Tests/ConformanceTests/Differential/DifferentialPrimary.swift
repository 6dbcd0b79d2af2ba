// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import Foundation
import Glibc
import Logging
import NIOCore
import TestSupport
import ZoneSync

/// A real responder, filled by an origin in this process.
final class DifferentialPrimary {
    /// Where it answers.
    let port: Int
    private let opsPort: Int
    private let zones: [DifferentialZone]
    private let server: OriginServer
    private let daemon: DaemonProcess

    /// Starts a responder whose replica is in `folder`, and whose peers file holds `peers`, if that is given.
    init(zones: [DifferentialZone], folder: String, peers: String? = nil) async throws {
        self.zones = zones
        port = try FreePort.next()
        opsPort = try FreePort.next()
        server = try await OriginServer.bind(
            OriginServer.Configuration(host: "127.0.0.1", port: 0, nodeName: "origin"),
            source: DifferentialOrigin(zones: zones),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var arguments = [
            "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(opsPort)", "--data-dir",
            folder + "/replica", "--upstream", "127.0.0.1:\(server.localAddress?.port ?? 0)", "--node-name",
            "primary",
        ]
        if let peers {
            let path = folder + "/peers"
            try peers.write(toFile: path, atomically: true, encoding: .utf8)
            guard unsafe chmod(path, 0o600) == 0 else { throw SecondaryError("chmod \(path)") }
            arguments += ["--transfer-peers", path]
        }
        daemon = try DaemonProcess(
            "zonewright-dns",
            arguments: arguments,
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
    }

    /// Runs the origin while `body` runs, which is called when the responder answers from all zones: it is ready before,
    /// as it needs no origin.
    func run(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [server] in try await server.run() }
            let result: Result<Void, any Error>
            do {
                try await daemon.waitUntilReady(port: opsPort)
                try await daemon.waitUntilServing(zones, port: port)
                result = .success(try await body())
            } catch {
                result = .failure(error)
            }
            try await daemon.stop()
            server.drain()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    /// All that the responder has logged.
    var log: String { daemon.log }
}
