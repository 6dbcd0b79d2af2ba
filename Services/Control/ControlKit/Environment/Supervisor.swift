// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CDatagram
import Foundation
import Synchronization

/// Set by the signal handler; the only thing that it touches.
private let stopRequested = Atomic<Bool>(false)

/// Keeps the programs of a plan running, as systemd would: restarts what ends, after a pause that grows while it
/// keeps ending at once, and on SIGTERM or SIGINT stops all in the reverse order.
///
/// A program may name another process as its main one, as it would to systemd (`MAINPID=`, sd_notify(3)): zonewright-dns
/// does, when a successor has taken over. That one is followed from then on. It is a child of the one before it, and
/// becomes one of ours when that has ended, since descendants without a parent do.
struct Supervisor {
    private struct Running {
        let program: SupervisorPlan.Program
        var pid: pid_t?
        /// Processes that have handed over to `pid`, directly or not, and are about to end.
        var predecessors: [pid_t] = []
        var startedAt = ContinuousClock.now
        var restartAt = ContinuousClock.now
        var pause: Duration = .milliseconds(100)
    }

    /// How long a program may take to end before it is killed.
    private static let patience: Duration = .seconds(30)

    private let folder: StateFolder
    private let notifications: NotificationSocket
    private var running: [Running]

    init(folder: StateFolder, plan: SupervisorPlan) throws {
        self.folder = folder
        notifications = try NotificationSocket()
        running = plan.programs.map { Running(program: $0) }
    }

    /// Runs until it is told to stop. Blocks the calling thread, which must be a process's main thread.
    mutating func run() throws {
        let lock = try Self.lock(folder)
        defer { close(lock) }
        for number in [SIGTERM, SIGINT, SIGHUP] {
            signal(number) { _ in stopRequested.store(true, ordering: .relaxed) }
        }
        guard cdatagram_adopt_orphans() == 0 else {
            throw ControlError("cannot become the parent of successors: \(systemErrorText())")
        }
        try "\(getpid())\n".write(toFile: folder.pidFile("supervisor"), atomically: true, encoding: .utf8)
        while !stopRequested.load(ordering: .relaxed) {
            startWhatIsDue()
            followSuccessors()
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
                let pid = try ChildProcess.spawn(
                    program.arguments,
                    log: folder.logFile(program.name),
                    variables: ["NOTIFY_SOCKET": notifications.address]
                )
                try follow(pid, at: index, since: now)
            } catch {
                note("\(error)")
                running[index].restartAt = now + .seconds(5)
            }
        }
    }

    /// Makes `pid` the process of a program, in the pid file too.
    private mutating func follow(_ pid: pid_t, at index: Int, since now: ContinuousClock.Instant) throws {
        running[index].pid = pid
        running[index].startedAt = now
        let file = folder.pidFile(running[index].program.name)
        try "\(pid)\n".write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// Reads what the programs say; only a program's main process can name another one.
    private mutating func followSuccessors() {
        while let message = notifications.next() {
            guard let successor = message.successor,
                let index = running.firstIndex(where: { $0.pid == message.process })
            else { continue }
            running[index].predecessors.append(message.process)
            note("\(running[index].program.name) (\(message.process)) has handed over to \(successor)")
            do {
                try follow(successor, at: index, since: .now)
            } catch {
                note("\(error)")
            }
        }
    }

    private mutating func reap() {
        var status: Int32 = 0
        while true {
            // SAFETY: status outlives the call.
            let ended = unsafe waitpid(-1, &status, WNOHANG)
            guard ended > 0 else { break }
            // What it said before it ended may wait still.
            followSuccessors()
            if let index = running.firstIndex(where: { $0.pid == ended }) {
                restart(index, "ended with \(ChildProcess.exitCode(status))")
            }
            forget(ended, ChildProcess.exitCode(status))
        }
        // One that its own parent, a process that has handed over, was told of before us.
        for index in running.indices {
            if let pid = running[index].pid, !ChildProcess.isAlive(pid) { restart(index, "is gone") }
        }
    }

    /// Has a program started again whose process has ended.
    private mutating func restart(_ index: Int, _ what: String) {
        let now = ContinuousClock.now
        let pause = now - running[index].startedAt > .seconds(5) ? .milliseconds(100) : running[index].pause
        let pid = running[index].pid ?? 0
        running[index].pid = nil
        running[index].restartAt = now + pause
        running[index].pause = min(pause * 2, .seconds(5))
        note("\(running[index].program.name) (\(pid)) \(what); starting it again")
    }

    /// Strikes a process off that had handed over.
    private mutating func forget(_ process: pid_t, _ code: Int32) {
        for index in running.indices where running[index].predecessors.contains(process) {
            running[index].predecessors.removeAll { $0 == process }
            if code != 0 { note("\(running[index].program.name) (\(process)), handed over, ended with \(code)") }
        }
    }

    private mutating func stopAll() {
        followSuccessors()
        for index in running.indices.reversed() {
            let program = running[index].program
            for pid in running[index].predecessors + [running[index].pid].compactMap(\.self) {
                kill(pid, program.stopSignal)
                let deadline = ContinuousClock.now + Self.patience
                while !hasEnded(pid) {
                    if ContinuousClock.now > deadline {
                        note("\(program.name) (\(pid)) did not end; killing it")
                        kill(pid, SIGKILL)
                    }
                    usleep(10_000)
                }
            }
            running[index].pid = nil
            try? FileManager.default.removeItem(atPath: folder.pidFile(program.name))
        }
    }

    /// Whether a process is no more; one that is not our child yet is asked for by its number.
    private func hasEnded(_ pid: pid_t) -> Bool {
        var status: Int32 = 0
        // SAFETY: status outlives the call.
        switch unsafe waitpid(pid, &status, WNOHANG) {
        case pid: return true
        case 0: return false
        default: return !ChildProcess.isAlive(pid)
        }
    }

    private func note(_ text: String) {
        FileHandle.standardError.write(Data("\(Date.now.ISO8601Format()) supervisor: \(text)\n".utf8))
    }
}
