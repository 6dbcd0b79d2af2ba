// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import ServiceLifecycle

/// The service that is told first when the daemon stops: not ready from now on, and the service manager knows.
struct StopAnnouncer: Service {
    let readiness: Readiness
    let notifier: SystemdNotifier?
    let logger: Logger
    /// Called once, when draining begins.
    let onStop: @Sendable () -> Void

    func run() async throws {
        try? await gracefulShutdown()
        readiness.drain()
        notifier?.send("STOPPING=1\nSTATUS=draining")
        logger.info("draining")
        onStop()
    }
}
