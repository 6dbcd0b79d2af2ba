// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import UnixSignals

/// How a daemon lets another process of its kind take its place while the service manager watches.
///
/// Only for daemons that declare ``DaemonOption/takeOver``.
package final class Succession: Sendable {
    private let notifier: SystemdNotifier?
    private let operations: OpsServer?

    /// How long the process may take to end.
    package let drainTimeout: Duration

    /// What has to be given up: nothing outside of a daemon, as in tests.
    package init(
        notifier: SystemdNotifier? = nil,
        operations: OpsServer? = nil,
        drainTimeout: Duration = .seconds(25)
    ) {
        self.notifier = notifier
        self.operations = operations
        self.drainTimeout = drainTimeout
    }

    /// Calls `body` for each SIGUSR2, by which an operator or the service manager asks for a successor, and once
    /// `whenListening`, from when on none is missed. Ends when the task is cancelled.
    package func onRequest(whenListening: () -> Void, _ body: () async -> Void) async {
        let requests = await UnixSignalsSequence(trapping: .sigusr2)
        whenListening()
        for await _ in requests { await body() }
    }

    /// Keeps a SIGUSR2 that comes before `onRequest` listens from ending the process, which is what it does by itself.
    package static func ignoreEarlyRequests() {
        signal(SIGUSR2, SIG_IGN)
    }

    /// Makes `process` the one that the service manager and whoever asks for the state deal with from now on.
    package func yield(to process: Int32) async {
        notifier?.yield(to: process)
        await operations?.close()
    }

    /// Begins the daemon's ordinary way to stop.
    package func endProcess() {
        kill(getpid(), SIGTERM)
    }
}
