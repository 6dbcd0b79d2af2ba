// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Foundation
import Glibc
import Synchronization

/// A built executable of this package, running as a child of the tests.
///
/// Started and waited for with the system's own calls: Foundation's Process notices the end of a child only when all of
/// the child's children have ended too.
package final class DaemonProcess: Sendable {
    /// The program's name.
    package let name: String
    /// The process identifier.
    package let identifier: Int32
    private let logFile: String
    private let ended: Mutex<Int32?>

    /// Starts `name`, found next to the test bundle, with exactly this environment plus PATH.
    package convenience init(_ name: String, arguments: [String] = [], environment: [String: String] = [:]) throws {
        let program = try Self.executable(name).path
        try self.init(name: name, program: program, arguments: arguments, environment: environment)
    }

    /// Starts the program at an absolute path.
    package init(name: String, program: String, arguments: [String], environment: [String: String] = [:]) throws {
        self.name = name
        logFile = NSTemporaryDirectory() + "daemon-\(getpid())-\(UInt32.random(in: .min ... .max)).log"
        ended = Mutex(nil)
        let variables = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"].merging(environment) { $1 }
        identifier = try ProcessSpawner.spawn(
            [program] + arguments,
            environment: variables.map { "\($0.key)=\($0.value)" },
            output: logFile
        )
    }

    deinit {
        if exitStatus == nil {
            kill(identifier, SIGKILL)
            var status: Int32 = 0
            // SAFETY: status outlives the call.
            unsafe waitpid(identifier, &status, 0)
        }
        // SAFETY: the path is only read.
        unsafe unlink(logFile)
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
    package var log: String {
        FileManager.default.contents(atPath: logFile).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The exit status, or nil while it runs. A signal that ended it is given as 128 + its number.
    package var exitStatus: Int32? {
        ended.withLock { ended in
            if let ended { return ended }
            var status: Int32 = 0
            // SAFETY: status outlives the call.
            guard unsafe waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
            let signal = status & 0x7f
            ended = signal == 0 ? (status >> 8) & 0xff : 128 + signal
            return ended
        }
    }

    /// Waits until `path` on `port` answers 200. Throws when the program ends before, or after `timeout`.
    package func waitUntilReady(
        host: String = "127.0.0.1",
        port: Int,
        path: String = "/readyz",
        timeout: Duration = .seconds(60)
    ) async throws {
        let client = HTTPClient(host: host, port: port, timeout: .seconds(2))
        try await wait(for: "\(path) on port \(port)", timeout: timeout) {
            (try? client.get(path).status) == 200
        }
    }

    /// Waits until the log holds `text`. Throws when the program ends before, or after `timeout`.
    package func waitForLog(_ text: String, timeout: Duration = .seconds(60)) async throws {
        try await wait(for: "\"\(text)\" in its log", timeout: timeout) { self.log.contains(text) }
    }

    /// Sends a signal, unless the program has ended.
    package func signal(_ number: Int32) {
        guard exitStatus == nil else { return }
        kill(identifier, number)
    }

    /// Waits until the program has ended and returns its exit status.
    package func waitForExit(timeout: Duration = .seconds(60)) async throws -> Int32 {
        let deadline = ContinuousClock.now + timeout
        while ContinuousClock.now < deadline {
            if let exitStatus { return exitStatus }
            try await Task.sleep(for: .milliseconds(10))
        }
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
