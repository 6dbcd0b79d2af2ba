// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport
import ZoneStore
import ZoneSync

/// A real zonewright-dns with a replica that the test has filled, and nothing to follow.
struct LoneResponder: Sendable {
    /// The port of DNS.
    let port: Int
    /// The port of metrics.
    let operationsPort: Int
    /// The daemon.
    let process: DaemonProcess
    /// What it was started with, without further options.
    let arguments: [String]
    private let folder: String

    /// Starts a responder of `zone`, given as lines of a master file, with further options and environment.
    static func start(
        origin: String,
        lines: [String],
        options: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> LoneResponder {
        let folder = NSTemporaryDirectory() + "lone-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let contents = try contents(origin, lines)
        do {
            let store = try ZoneStore(path: folder, digest: ZoneDigest.sha256)
            let outcome = try store.apply([.replace(contents)], position: StreamPosition(epoch: "e", position: 1))
            guard outcome == [.applied] else { throw SupportError("the zone is not taken: \(outcome)") }
        }
        let (port, operationsPort) = (try FreePort.next(), try FreePort.next())
        let arguments = [
            "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operationsPort)", "--data-dir", folder,
        ]
        let process = try DaemonProcess(
            "zonewright-dns",
            arguments: arguments + options,
            environment: environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        )
        let responder = LoneResponder(
            port: port,
            operationsPort: operationsPort,
            process: process,
            arguments: arguments,
            folder: folder
        )
        try await process.waitUntilReady(port: operationsPort)
        return responder
    }

    /// Ends it and removes the replica.
    func stop() async throws {
        try await process.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The value of the sample that a line of `/metrics` begins with.
    func metric(_ name: String) throws -> Double? {
        let text = try HTTPClient(port: operationsPort, timeout: .seconds(5)).get("/metrics").text
        return text.split(separator: "\n").first { $0.hasPrefix(name + " ") }.flatMap { line in
            Double(line.dropFirst(name.count + 1))
        }
    }

    private static func contents(_ origin: String, _ lines: [String]) throws -> ZoneContents {
        let records = try lines.map { try ResourceRecord(line: $0) }
        let rrsets = Dictionary(grouping: records) { RRsetKey(owner: $0.owner, type: $0.type) }.map { key, members in
            RRset(owner: key.owner, type: key.type, ttl: members[0].ttl, rdatas: members.map(\.rdata))
        }
        return ZoneContents(
            name: try Name(text: origin),
            generation: 1,
            version: 1,
            serial: 1,
            hash: ZoneDigest.zone(rrsets),
            rrsets: rrsets
        )
    }
}
