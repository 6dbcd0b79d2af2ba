// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import Runtime
import Testing

@Suite struct SystemdTests {
    /// A service manager's end of the notification socket.
    private final class FakeManager {
        let name: String
        private let descriptor: CInt

        init(abstract: Bool) throws {
            let unique = "zonewright-\(UUID().uuidString)"
            name = abstract ? "@\(unique)" : "/tmp/\(unique)"
            descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var path = Array(name.utf8)
            if abstract { path[0] = 0 }
            // SAFETY: the name is shorter than sun_path.
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count + (abstract ? 0 : 1))
            // SAFETY: the address outlives the call.
            let bound = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
            }
            try #require(bound == 0)
        }

        deinit {
            close(descriptor)
            // SAFETY: the name outlives the call.
            if name.hasPrefix("/") { unsafe unlink(name) }
        }

        /// The next message; empty if none comes within half a minute.
        func next() -> String {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // SAFETY: the structure outlives the call.
            guard unsafe poll(&waiting, 1, 30_000) == 1 else { return "" }
            // SAFETY: the buffer is as long as its count says.
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : ""
        }
    }

    @Test(arguments: [false, true])
    func `Messages reach path and abstract sockets`(abstract: Bool) throws {
        let manager = try FakeManager(abstract: abstract)
        let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": manager.name]))
        #expect(notifier.send("READY=1\nSTATUS=ready"))
        #expect(manager.next() == "READY=1\nSTATUS=ready")
    }

    @Test(arguments: [nil, "", "@", "relative", String(repeating: "/x", count: 60)])
    func `Without a usable socket there is no notifier`(socket: String?) {
        #expect(SystemdNotifier(environment: socket.map { ["NOTIFY_SOCKET": $0] } ?? [:]) == nil)
    }

    @Test func `A manager that is gone does no harm`() throws {
        let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": "/nonexistent/socket"]))
        #expect(!notifier.send("READY=1"))
    }

    @Test func `The watchdog is for this process only`() {
        let environment = ["NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "42"]
        #expect(SystemdNotifier(environment: environment, processID: 42)?.watchdogInterval == .seconds(10))
        #expect(SystemdNotifier(environment: environment, processID: 43)?.watchdogInterval == nil)
    }

    @Test func `Readiness is announced once, then only the status, and the watchdog gets its pings`() async throws {
        let manager = try FakeManager(abstract: true)
        let environment = ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "20000"]
        let notifier = try #require(SystemdNotifier(environment: environment))
        let readiness = Readiness()
        readiness.register("replica", reason: "loading")
        let task = Task { try await SystemdService(notifier: notifier, readiness: readiness).run() }
        var pings = 0
        func nextStatus() -> String {
            while true {
                let message = manager.next()
                guard message == "WATCHDOG=1" else { return message }
                pings += 1
            }
        }
        #expect(nextStatus() == "STATUS=replica: not ready: loading")
        readiness.set("replica", .ready)
        #expect(nextStatus() == "READY=1\nSTATUS=ready")
        readiness.set("replica", .notReady("lost"))
        #expect(nextStatus() == "STATUS=replica: not ready: lost")
        while pings < 3 {
            #expect(manager.next() == "WATCHDOG=1")
            pings += 1
        }
        task.cancel()
        _ = await task.result
    }
}
