// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// An error that ends the daemon: one line for stderr and the exit status.
package struct DaemonError: Error, CustomStringConvertible {
    /// The status the process ends with.
    package let exitCode: ExitCode
    /// One line that names what is wrong and, where one is to blame, the option.
    package let message: String

    /// Ends the daemon with the given status.
    package init(_ exitCode: ExitCode, _ message: String) {
        self.exitCode = exitCode
        self.message = message
    }

    /// Something the daemon needs is not there (exit status 69).
    package static func unavailable(_ message: String) -> DaemonError {
        DaemonError(.unavailable, message)
    }

    /// The error for a listener that could not be bound; names the address and the option that gave it.
    package static func cannotListen(on address: HostPort, option: String, error: any Error) -> DaemonError {
        let reason =
            if let error = error as? IOError {
                Self.reason(errno: error.errnoCode)
            } else {
                "\(error)"
            }
        return .unavailable("cannot listen on \(address) (option \(option)): \(reason)")
    }

    package var description: String { message }
}
