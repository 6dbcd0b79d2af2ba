// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import Logging
import NIOCore
import TestSupport
import ZoneSync

/// A real responder that follows an origin in this process, and lets peers have its zone.
final class SecondaryPrimary {
    /// Where it answers.
    let port: Int
    private let opsPort: Int
    private let server: OriginServer
    private let daemon: DaemonProcess

    /// Starts a responder whose peers file holds `peers`.
    init(_ origin: SecondaryOrigin, peers: String, folder: String) async throws {
        port = try FreePort.next()
        opsPort = try FreePort.next()
        server = try await OriginServer.bind(
            OriginServer.Configuration(host: "127.0.0.1", port: 0, nodeName: "origin"),
            source: origin,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let path = folder + "/peers"
        try peers.write(toFile: path, atomically: true, encoding: .utf8)
        guard unsafe chmod(path, 0o600) == 0 else { throw SecondaryError("chmod \(path)") }
        daemon = try DaemonProcess(
            "zonewright-dns",
            arguments: [
                "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(opsPort)", "--data-dir",
                folder + "/replica", "--upstream", "127.0.0.1:\(server.localAddress?.port ?? 0)", "--node-name",
                "primary",
                "--transfer-peers", path, "--log-level", "debug", "--log-format", "text",
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

    /// Tells the responder that there is something new.
    func wake() {
        server.wake()
    }

    /// The value of a metric, named with its labels.
    func metric(_ name: String) throws -> Double? {
        let text = try HTTPClient(port: opsPort).get("/metrics").text
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) }
    }

    /// How many transfers of a form a peer has completed.
    func transfers(of peer: String, form: String) -> Int {
        daemon.log.split(separator: "\n").count {
            $0.contains("zone transfer completed") && $0.contains("peer=\(peer)") && $0.contains("form=\(form)")
        }
    }

    /// All that the responder has logged.
    var log: String { daemon.log }
}
