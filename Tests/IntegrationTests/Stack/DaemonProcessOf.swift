// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import TestSupport

/// Daemons started by hand, beside or instead of those of the supervisor.
enum DaemonProcessOf {
    /// The responder of `stack` on its usual ports and replica.
    static func responder(_ stack: LocalStack, upstream: String) throws -> DaemonProcess {
        try DaemonProcess(
            "zonewright-dns",
            arguments: [
                "--listen", "127.0.0.1:\(stack.portBase + 4)", "--ops-listen", "127.0.0.1:\(stack.portBase + 5)",
                "--data-dir", "\(stack.folder)/replica", "--upstream", upstream, "--node-name", "responder1",
            ],
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
    }
}
