// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// Starting other programs with their output in a file, and finding out how they ended.
enum ChildProcess {
    /// POSIX_SPAWN_SETSID of <spawn.h>, which the C library shows only with GNU extensions.
    private static let startNewSession: Int16 = 0x80

    /// Starts `arguments[0]` (an absolute path) and returns its process id.
    ///
    /// - Parameters:
    ///   - log: the file that standard output and error are appended to; nil inherits them.
    ///   - newSession: detaches it from this terminal and process group.
    ///   - variables: what its environment has instead of, and besides, what this process's has.
    /// - Throws: `ControlError` naming the program.
    static func spawn(
        _ arguments: [String],
        log: String?,
        newSession: Bool = false,
        variables: [String: String] = [:]
    ) throws -> pid_t {
        guard let program = arguments.first else { throw ControlError("no program was named") }
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        // SAFETY: both values live until after posix_spawn and are destroyed on every way out.
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        if let log {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            unsafe posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
            unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
            keepDescriptors()
        }
        var flags = Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        if newSession { flags |= Self.startNewSession }
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, flags)

        // SAFETY: the C strings are freed after posix_spawn, which has copied them by then.
        var cArguments = unsafe arguments.map { unsafe strdup($0) }
        unsafe cArguments.append(nil)
        defer { for index in unsafe cArguments.indices { unsafe free(cArguments[index]) } }
        let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        var cEnvironment = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") }
        unsafe cEnvironment.append(nil)
        defer { for index in unsafe cEnvironment.indices { unsafe free(cEnvironment[index]) } }
        var pid: pid_t = 0
        let code = unsafe posix_spawn(&pid, program, &actions, &attributes, cArguments, cEnvironment)
        guard code == 0 else {
            throw ControlError("cannot start \(program): \(systemErrorText(code))")
        }
        return pid
    }

    /// Marks every open descriptor but the standard three as this process's own. A daemon keeps nothing of its starter's:
    /// whoever waits for the end of a pipe would wait for the end of the daemon.
    private static func keepDescriptors() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            guard let descriptor = Int32(name), descriptor > 2 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// Waits for `pid` and returns its exit code, or 128 + the signal that ended it.
    static func wait(for pid: pid_t) -> Int32 {
        var status: Int32 = 0
        // SAFETY: status outlives the call.
        while unsafe waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        return exitCode(status)
    }

    /// The exit code in a status of `waitpid`, or 128 + the signal.
    static func exitCode(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Runs a program to its end; its output goes to `log`.
    ///
    /// - Throws: `ControlError` with the last lines of the log when it fails.
    static func run(_ arguments: [String], log: String) throws {
        let code = wait(for: try spawn(arguments, log: log))
        guard code == 0 else {
            let tail = ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").suffix(5)
            throw ControlError("\(arguments[0]) ended with \(code):\n" + tail.joined(separator: "\n"))
        }
    }

    /// Whether a process with this id exists.
    static func isAlive(_ pid: pid_t) -> Bool {
        kill(pid, 0) == 0 || errno == EPERM
    }
}
