// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import TestSupport

/// A running zonewright-glue.
struct GlueProcess: Sendable {
    let daemon: DaemonProcess
    let streamPort: Int
    let opsPort: Int

    static func start(
        _ databaseURL: String,
        streamPort: Int? = nil,
        name: String = "glue-test",
        options: [String] = []
    ) throws -> GlueProcess {
        let stream = try streamPort ?? FreePort.next()
        let ops = try FreePort.next()
        let daemon = try DaemonProcess(
            "zonewright-glue",
            arguments: [
                "--listen", "127.0.0.1:\(stream)", "--ops-listen", "127.0.0.1:\(ops)", "--node-name", name,
                "--log-format", "text",
            ] + options,
            environment: ["ZONEWRIGHT_DATABASE_URL": databaseURL]
        )
        return GlueProcess(daemon: daemon, streamPort: stream, opsPort: ops)
    }

    func ready() async throws {
        try await daemon.waitUntilReady(port: opsPort)
    }
}
