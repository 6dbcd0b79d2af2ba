// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import Logging
import NIOCore
import TestSupport
import ZoneSync

/// A real responder, filled by an origin in this process.
final class DifferentialPrimary {
    /// Where it answers.
    let port: Int
    private let opsPort: Int
    private let server: OriginServer
    private let daemon: DaemonProcess

    /// Starts a responder whose replica is in `folder`.
    init(zones: [DifferentialZone], folder: String) async throws {
        port = try FreePort.next()
        opsPort = try FreePort.next()
        server = try await OriginServer.bind(
            OriginServer.Configuration(host: "127.0.0.1", port: 0, nodeName: "origin"),
            source: DifferentialOrigin(zones: zones),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        daemon = try DaemonProcess(
            "zonewright-dns",
            arguments: [
                "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(opsPort)", "--data-dir",
                folder + "/replica", "--upstream", "127.0.0.1:\(server.localAddress?.port ?? 0)", "--node-name",
                "primary",
            ],
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
    }

    /// Runs the origin while `body` runs, which is called when the responder is ready.
    func run(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [server] in try await server.run() }
            let result: Result<Void, any Error>
            do {
                try await daemon.waitUntilReady(port: opsPort)
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
