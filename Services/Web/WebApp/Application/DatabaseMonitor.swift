// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import Postgres
import Runtime
import ServiceLifecycle

/// Asks the database every few seconds whether it is there, for `/readyz` and for the log.
struct DatabaseMonitor: Service {
    /// The component name in `/readyz`.
    private static let component = "database"
    private static let interval = Duration.seconds(2)

    private let pool: PostgresPool
    private let readiness: Readiness
    private let logger: Logger

    init(pool: PostgresPool, context: DaemonContext) {
        self.pool = pool
        self.readiness = context.readiness
        self.logger = context.logger
        self.readiness.set(Self.component, .ready)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var wasAvailable = true
            while !Task.isCancelled {
                wasAvailable = await self.check(wasAvailable: wasAvailable)
                // Cancelled by shutdown; the loop's condition ends it then.
                try? await Task.sleep(for: Self.interval)
            }
        }
        self.pool.close()
    }

    /// Reports the state, and logs where it changed.
    private func check(wasAvailable: Bool) async -> Bool {
        do {
            try await SchemaVersion.require(self.pool)
            self.readiness.set(Self.component, .ready)
            if !wasAvailable {
                self.logger.info("database available again")
            }
            return true
        } catch {
            guard !(error is CancellationError) else { return wasAvailable }
            self.readiness.set(Self.component, .notReady("\(error)"))
            if wasAvailable {
                self.logger.error("database unavailable", metadata: ["error": "\(error)"])
            }
            return false
        }
    }
}
