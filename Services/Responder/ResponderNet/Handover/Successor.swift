// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CDatagram
import Glibc
import Runtime

/// The process that is to take this one's place: the same program, started once more.
struct Successor: Sendable {
    /// Its process id.
    let process: Int32

    /// Starts what lies at this program's path now, which after an upgrade is another release, with the arguments and
    /// the environment of this process, told to take over.
    static func start() throws(DaemonError) -> Successor {
        guard let program = CommandLine.arguments.first else { throw .unavailable("the program has no name") }
        let arguments = unsafe CStrings(CommandLine.arguments)
        let environment = unsafe CStrings(environment())
        defer {
            unsafe arguments.free()
            unsafe environment.free()
        }
        // SAFETY: both vectors end with a null pointer and live through the call.
        let process = unsafe cdatagram_handover_spawn(program, arguments.pointers, environment.pointers)
        guard process >= 0 else {
            throw .unavailable("cannot start \(program): \(DaemonError.reason(errno: errno))")
        }
        return Successor(process: process)
    }

    /// Waits for it to end; blocks.
    ///
    /// - Returns: its exit status, or 128 and the number of the signal that ended it.
    func waitForExit() -> Int32 {
        var status: Int32 = 0
        // SAFETY: the status lives through the call.
        while unsafe waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    private static func environment() -> [String] {
        let takeOver = "\(DaemonOption.takeOver.environmentName)="
        var variables: [String] = []
        var next = unsafe environ
        // SAFETY: the environment ends with a null pointer; nothing changes it while the daemon runs.
        while let variable = unsafe next.pointee {
            variables.append(unsafe String(cString: variable))
            unsafe next += 1
        }
        // The watchdog would not count for a process with another number.
        return variables.filter { !$0.hasPrefix("WATCHDOG_PID=") && !$0.hasPrefix(takeOver) } + [takeOver + "true"]
    }
}

/// A vector of strings as C wants it.
@unsafe
private struct CStrings {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        unsafe pointers = strings.map { unsafe strdup($0) } + [nil]
    }

    func free() {
        for index in unsafe pointers.indices { unsafe Glibc.free(pointers[index]) }
    }
}
