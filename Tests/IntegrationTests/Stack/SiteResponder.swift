// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport

/// A real zonewright-dns of a site, with a replica of its own, that follows an installation's glue.
struct SiteResponder: Sendable {
    let name: String
    let process: DaemonProcess
    /// The port of DNS.
    let port: Int
    /// The port of metrics.
    let operationsPort: Int
    let folder: String

    /// Starts one; with `folder`, on the replica of an earlier one.
    static func start(
        _ name: String,
        site: String? = nil,
        region: String? = nil,
        upstream: Int,
        folder: String? = nil,
        port: Int? = nil
    ) async throws -> SiteResponder {
        let folder = folder ?? NSTemporaryDirectory() + "site-\(name)-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let (port, operationsPort) = (try port ?? FreePort.next(), try FreePort.next())
        let process = try DaemonProcess(
            "zonewright-dns",
            arguments: [
                "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operationsPort)", "--data-dir", folder,
                "--upstream", "127.0.0.1:\(upstream)", "--node-name", name, "--udp-threads", "1",
            ] + (site.map { ["--site", $0] } ?? []) + (region.map { ["--region", $0] } ?? []),
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
        let responder = SiteResponder(
            name: name,
            process: process,
            port: port,
            operationsPort: operationsPort,
            folder: folder
        )
        do {
            try await process.waitUntilReady(port: operationsPort)
        } catch {
            _ = try? await process.stop()
            throw error
        }
        return responder
    }

    /// Ends it; with `keeping`, the replica stays.
    func stop(keeping: Bool = false) async throws {
        _ = try await process.stop()
        if !keeping { try? FileManager.default.removeItem(atPath: folder) }
    }
}
