// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Synchronization

/// Set by the signal handler; the only thing that it touches.
private let stopRequested = Atomic<Bool>(false)

/// Keeps the programs of a plan running, as systemd would: restarts what ends, after a pause that grows while it
/// keeps ending at once, and on SIGTERM or SIGINT stops all in the reverse order.
struct Supervisor {
    private struct Running {
        let program: SupervisorPlan.Program
        var pid: pid_t?
        var startedAt = ContinuousClock.now
        var restartAt = ContinuousClock.now
        var pause: Duration = .milliseconds(100)
    }

    /// How long a program may take to end before it is killed.
    private static let patience: Duration = .seconds(30)

    private let folder: StateFolder
    private var running: [Running]

    init(folder: StateFolder, plan: SupervisorPlan) {
        self.folder = folder
        running = plan.programs.map { Running(program: $0) }
    }

    /// Runs until it is told to stop. Blocks the calling thread, which must be a process's main thread.
    mutating func run() throws {
        let lock = try Self.lock(folder)
        defer { close(lock) }
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number) { _ in stopRequested.store(true, ordering: .relaxed) }
        }
        try "\(getpid())\n".write(toFile: folder.pidFile("supervisor"), atomically: true, encoding: .utf8)
        while !stopRequested.load(ordering: .relaxed) {
            startWhatIsDue()
            reap()
            usleep(20_000)
        }
        stopAll()
        try? FileManager.default.removeItem(atPath: folder.pidFile("supervisor"))
    }

    /// Whether a supervisor of this folder runs now: it holds the lock for as long as it lives.
    static func isRunning(_ folder: StateFolder) -> Bool {
        // SAFETY: open only reads the path.
        let descriptor = unsafe open(folder.supervisorLock, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    private static func lock(_ folder: StateFolder) throws -> Int32 {
        // SAFETY: open only reads the path.
        let descriptor = unsafe open(folder.supervisorLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw ControlError("another supervisor of \(folder.path) runs already")
        }
        return descriptor
    }

    private mutating func startWhatIsDue() {
        let now = ContinuousClock.now
        for index in running.indices where running[index].pid == nil && running[index].restartAt <= now {
            let program = running[index].program
            do {
                let pid = try ChildProcess.spawn(program.arguments, log: folder.logFile(program.name))
                running[index].pid = pid
                running[index].startedAt = now
                try "\(pid)\n".write(toFile: folder.pidFile(program.name), atomically: true, encoding: .utf8)
            } catch {
                note("\(error)")
                running[index].restartAt = now + .seconds(5)
            }
        }
    }

    private mutating func reap() {
        for index in running.indices {
            var status: Int32 = 0
            // SAFETY: status outlives the call.
            guard let pid = running[index].pid, unsafe waitpid(pid, &status, WNOHANG) == pid else { continue }
            let now = ContinuousClock.now
            let pause = now - running[index].startedAt > .seconds(5) ? .milliseconds(100) : running[index].pause
            running[index].pid = nil
            running[index].restartAt = now + pause
            running[index].pause = min(pause * 2, .seconds(5))
            note(
                "\(running[index].program.name) (\(pid)) ended with \(ChildProcess.exitCode(status)); starting it again"
            )
        }
    }

    private mutating func stopAll() {
        for index in running.indices.reversed() {
            guard let pid = running[index].pid else { continue }
            let program = running[index].program
            kill(pid, program.stopSignal)
            let deadline = ContinuousClock.now + Self.patience
            var status: Int32 = 0
            // SAFETY: status outlives the calls.
            while unsafe waitpid(pid, &status, WNOHANG) == 0 {
                if ContinuousClock.now > deadline {
                    note("\(program.name) (\(pid)) did not end; killing it")
                    kill(pid, SIGKILL)
                }
                usleep(10_000)
            }
            running[index].pid = nil
            try? FileManager.default.removeItem(atPath: folder.pidFile(program.name))
        }
    }

    private func note(_ text: String) {
        FileHandle.standardError.write(Data("\(Date.now.ISO8601Format()) supervisor: \(text)\n".utf8))
    }
}
