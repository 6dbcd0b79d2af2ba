// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Synchronization

/// A zonewright-glue in relay mode, whose replica stays where it is when the process is started again.
package final class RelayProcess: Sendable {
    /// Where others follow it.
    package let streamPort: Int
    /// The port of readiness and metrics.
    package let opsPort: Int
    /// The replica's folder.
    package let folder: String
    /// The daemon that was started last.
    package var daemon: DaemonProcess { process.withLock(\.self) }
    private let process: Mutex<DaemonProcess>
    private let name: String
    private let upstreams: [Int]
    private let further: [String]

    /// Starts a relay that follows these ports of 127.0.0.1.
    package init(_ name: String, upstreams: [Int], further: [String] = []) throws {
        self.name = name
        self.upstreams = upstreams
        self.further = further
        streamPort = try FreePort.next()
        opsPort = try FreePort.next()
        folder = NSTemporaryDirectory() + "relay-\(getpid())-\(UInt32.random(in: .min ... .max))"
        process = Mutex(try Self.start(name, streamPort, opsPort, folder, upstreams, further))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Waits until the replica was filled.
    package func ready() async throws { try await daemon.waitUntilReady(port: opsPort) }

    /// The last value of a metric without labels; nil when it is not shown.
    package func metric(_ metric: String) throws -> Double? {
        let text = try HTTPClient(port: opsPort).get("/metrics").text
        return text.split(separator: "\n").last { $0.hasPrefix(metric + " ") }
            .flatMap { Double($0.dropFirst(metric.count + 1)) }
    }

    /// Kills it without a chance to say good-bye.
    package func kill() async throws {
        daemon.signal(SIGKILL)
        _ = try await daemon.waitForExit()
    }

    /// Ends it in order; its exit status.
    package func stop() async throws -> Int32 { try await daemon.stop() }

    /// Starts it again with the replica that it has.
    package func start() throws {
        let next = try Self.start(name, streamPort, opsPort, folder, upstreams, further)
        process.withLock { $0 = next }
    }

    private static func start(
        _ name: String,
        _ streamPort: Int,
        _ opsPort: Int,
        _ folder: String,
        _ upstreams: [Int],
        _ further: [String]
    ) throws -> DaemonProcess {
        try DaemonProcess(
            "zonewright-glue",
            arguments: [
                "--listen", "127.0.0.1:\(streamPort)", "--ops-listen", "127.0.0.1:\(opsPort)", "--node-name", name,
                "--upstream", upstreams.map { "127.0.0.1:\($0)" }.joined(separator: ","), "--replica-dir", folder,
                "--log-format", "text",
            ] + further,
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
    }
}
