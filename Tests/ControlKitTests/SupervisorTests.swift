// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport
import Testing

@testable import ControlKit

@Suite struct SupervisorTests {
    @Test("a program that dies is started again, and SIGTERM stops all")
    func restart() async throws {
        let folder = StateFolder(NSTemporaryDirectory() + "zonewright-supervisor-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try folder.create()
        let program = SupervisorPlan.Program(name: "sleeper", arguments: ["/bin/sleep", "600"], stopSignal: SIGTERM)
        try SupervisorPlan(programs: [program]).write(to: folder.plan)

        let supervisor = try DaemonProcess("zonewright", arguments: ["supervise", "--state", folder.path])
        let first = try await Self.processID(in: folder.pidFile("sleeper"), other: nil)
        #expect(Supervisor.isRunning(folder))
        kill(first, SIGKILL)
        let second = try await Self.processID(in: folder.pidFile("sleeper"), other: first)
        #expect(ChildProcess.isAlive(second))

        #expect(try await supervisor.stop() == 0)
        #expect(!Supervisor.isRunning(folder))
        #expect(!ChildProcess.isAlive(second))
        #expect(!FileManager.default.fileExists(atPath: folder.pidFile("sleeper")))
    }

    @Test(
        "a program's word names another main process, and nothing else does",
        arguments: [
            ("MAINPID=7", 7), ("STATUS=x\nMAINPID=12\nREADY=1", 12), ("READY=1", nil), ("MAINPID=", nil),
            ("MAINPID=1", nil), ("MAINPID=-4", nil), ("MAINPID=42", nil), ("XMAINPID=7", nil), ("MAINPID=7x", nil),
        ] as [(String, pid_t?)]
    )
    func successor(text: String, expected: pid_t?) {
        #expect(NotificationSocket.Message(process: 42, text: text).successor == expected)
    }

    private static func processID(in file: String, other: pid_t?) async throws -> pid_t {
        let deadline = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < deadline {
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            if let pid = pid_t(text.split(separator: "\n").first ?? ""), pid != other { return pid }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw SupportError("no process id appeared in \(file)")
    }
}
