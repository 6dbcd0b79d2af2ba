// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix
import ServiceLifecycle

/// Keeps the service manager informed: READY once the daemon is ready, its state after that, and the watchdog.
package struct SystemdService: Service {
    private let notifier: SystemdNotifier
    private let readiness: Readiness

    /// Reports `readiness` through `notifier`.
    package init(notifier: SystemdNotifier, readiness: Readiness) {
        self.notifier = notifier
        self.readiness = readiness
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await reportReadiness() }
                group.addTask { await pingWatchdog() }
            }
        }
    }

    private func reportReadiness() async {
        var announced = false
        for await isReady in readiness.changes() {
            if isReady && !announced {
                notifier.send("READY=1\nSTATUS=ready")
                announced = true
            } else {
                notifier.send("STATUS=\(isReady ? "ready" : readiness.report.joined(separator: "; "))")
            }
        }
    }

    /// Pings at half the interval, each time through an event loop: if tasks or event loops hang, pings stop.
    private func pingWatchdog() async {
        guard let interval = notifier.watchdogInterval else { return }
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        while !Task.isCancelled {
            _ = try? await eventLoop.submit { notifier.send("WATCHDOG=1") }.get()
            try? await Task.sleep(for: interval / 2)
        }
    }
}
