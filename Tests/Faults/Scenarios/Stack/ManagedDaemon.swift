// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import Synchronization
import TestSupport

/// A daemon of a scenario, that is started again as often as it is killed.
final class ManagedDaemon: Sendable {
    let name: String
    /// The address that it is asked at.
    let host: String
    /// The port of its readiness and metrics.
    let operationsPort: Int
    /// The first port that it serves, if it does.
    let port: Int
    private let command: [String]
    private let environment: [String: String]
    private let process = Mutex<DaemonProcess?>(nil)
    /// Of the processes that have ended.
    private let earlierLogs = Mutex("")

    init(
        name: String,
        host: String = "127.0.0.1",
        port: Int,
        operationsPort: Int,
        command: [String],
        environment: [String: String]
    ) {
        self.name = name
        self.host = host
        self.port = port
        self.operationsPort = operationsPort
        self.command = command
        self.environment = environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    }

    /// Starts a process.
    func start() throws {
        let started = try DaemonProcess(
            name: name,
            program: command[0],
            arguments: Array(command.dropFirst()),
            environment: environment
        )
        let earlier = process.withLock { process in
            defer { process = started }
            return process
        }
        if let earlier { earlierLogs.withLock { $0 = String(($0 + earlier.log).suffix(1_000_000)) } }
    }

    /// Starts a process and waits until it is ready.
    func startAndWait(limit: Duration = .seconds(120)) async throws {
        try start()
        try await waitUntilReady(limit: limit)
    }

    /// Waits until the process says that it is ready.
    func waitUntilReady(limit: Duration = .seconds(120)) async throws {
        guard let process = process.withLock({ $0 }) else { return }
        try await process.waitUntilReady(host: host, port: operationsPort, timeout: limit)
    }

    /// Whether it says that it is ready.
    var isReady: Bool {
        (try? HTTPClient(host: host, port: operationsPort, timeout: .seconds(2)).get("/readyz").status) == 200
    }

    /// `kill -9`.
    func crash() async throws {
        guard let process = process.withLock({ $0 }) else { return }
        process.signal(SIGKILL)
        _ = try await process.waitForExit()
    }

    /// SIGTERM, and SIGKILL when that does not end it in time.
    func stop() async throws {
        guard let process = process.withLock({ $0 }), process.exitStatus == nil else { return }
        do {
            try await process.stop(timeout: .seconds(40))
        } catch {
            process.signal(SIGKILL)
            _ = try await process.waitForExit()
        }
    }

    /// Whether a process runs.
    var isRunning: Bool { process.withLock { $0.map { $0.exitStatus == nil } ?? false } }

    /// What all its processes wrote.
    var log: String { earlierLogs.withLock { $0 } + (process.withLock { $0 }?.log ?? "") }

    /// Resident memory of its own in MiB, as the kernel counts it: mapped files do not count.
    var memory: Double { memory("RssAnon") }

    /// Resident memory in MiB, mapped files and all.
    var residentMemory: Double { memory("VmRSS") }

    private func memory(_ field: String) -> Double {
        guard let identifier = process.withLock({ $0?.identifier }),
            let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("\(field):") }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Double($0)
            })
        else { return 0 }
        return kilobytes / 1_024
    }

    /// The value of the sample that a line of `/metrics` begins with, labels included.
    func metric(_ sample: String) -> Double? {
        let text = try? HTTPClient(host: host, port: operationsPort, timeout: .seconds(5)).get("/metrics").text
        return text?.split(separator: "\n").first { $0.hasPrefix(sample + " ") }.flatMap {
            Double($0.dropFirst(sample.count + 1))
        }
    }
}
