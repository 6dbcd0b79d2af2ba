// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Foundation
import Glibc
import Synchronization

/// A built executable of this package, running as a child of the tests.
package final class DaemonProcess: Sendable {
    private struct State {
        var log: [UInt8] = []
        var outputEnded = false
        var exitStatus: Int32?
        var wasSignalled = false
    }

    /// The program's name.
    package let name: String
    private let process: Process
    private let state: Mutex<State>

    /// Starts `name`, found next to the test bundle, with exactly this environment plus PATH.
    package init(_ name: String, arguments: [String] = [], environment: [String: String] = [:]) throws {
        self.name = name
        state = Mutex(State())
        process = Process()
        process.executableURL = try Self.executable(name)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                self?.state.withLock { $0.outputEnded = true }
            } else {
                self?.state.withLock { $0.log += data }
            }
        }
        process.terminationHandler = { [weak self] process in
            self?.state.withLock {
                $0.exitStatus = process.terminationStatus
                $0.wasSignalled = process.terminationReason == .uncaughtSignal
            }
        }
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// The path of a built executable of the package.
    package static func executable(_ name: String) throws -> URL {
        let bundles = Bundle.allBundles.map(\.bundleURL) + [Bundle.main.bundleURL]
        let arguments = CommandLine.arguments.prefix(1).map { URL(fileURLWithPath: $0) }
        for place in bundles + arguments {
            for folder in [place, place.deletingLastPathComponent()] {
                let candidate = folder.appendingPathComponent(name)
                let values = try? candidate.resourceValues(forKeys: [.isRegularFileKey])
                if values?.isRegularFile == true { return candidate }
            }
        }
        throw SupportError("\(name) is not built")
    }

    /// All that the program has written to standard output and standard error.
    package var log: String { state.withLock { String(decoding: $0.log, as: UTF8.self) } }

    /// The exit status, or nil while it runs. A signal that ended it is given as 128 + its number.
    package var exitStatus: Int32? {
        state.withLock { state in state.exitStatus.map { state.wasSignalled ? 128 + $0 : $0 } }
    }

    /// The process identifier.
    package var identifier: Int32 { process.processIdentifier }

    /// Waits until `path` on `port` answers 200. Throws when the program ends before, or after `timeout`.
    package func waitUntilReady(port: Int, path: String = "/readyz", timeout: Duration = .seconds(60)) async throws {
        let client = HTTPClient(port: port, timeout: .seconds(2))
        try await wait(for: "\(path) on port \(port)", timeout: timeout) {
            (try? client.get(path).status) == 200
        }
    }

    /// Waits until the log holds `text`. Throws when the program ends before, or after `timeout`.
    package func waitForLog(_ text: String, timeout: Duration = .seconds(60)) async throws {
        try await wait(for: "\"\(text)\" in its log", timeout: timeout) { self.log.contains(text) }
    }

    /// Sends a signal.
    package func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Waits until the program has ended and its log is complete, and returns its exit status.
    package func waitForExit(timeout: Duration = .seconds(60)) async throws -> Int32 {
        let deadline = ContinuousClock.now + timeout
        while ContinuousClock.now < deadline {
            if let exitStatus, state.withLock({ $0.outputEnded }) { return exitStatus }
            try await Task.sleep(for: .milliseconds(10))
        }
        // Something that the program started may hold its output open.
        if let exitStatus { return exitStatus }
        throw SupportError("\(name) did not end in time; its log:\n\(log)")
    }

    /// SIGTERM, then the wait for the end.
    @discardableResult
    package func stop(timeout: Duration = .seconds(60)) async throws -> Int32 {
        signal(SIGTERM)
        return try await waitForExit(timeout: timeout)
    }

    private func wait(for goal: String, timeout: Duration, _ isReached: () -> Bool) async throws {
        let deadline = ContinuousClock.now + timeout
        while !isReached() {
            if let exitStatus {
                throw SupportError("\(name) ended with \(exitStatus) before \(goal); its log:\n\(log)")
            }
            guard ContinuousClock.now < deadline else {
                throw SupportError("\(name): no \(goal) in time; its log:\n\(log)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
