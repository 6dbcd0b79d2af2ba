// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import Postgres
import ServiceLifecycle

/// Wakes the refresher when a publication needs targets that nobody has resolved yet. Only a hint: polling finds them, too.
struct AliasHintListener: Service {
    let configuration: PostgresConfiguration
    let logger: Logger
    let wake: @Sendable () -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let notifications = PostgresListener.notifications(
                configuration: configuration,
                channels: [AliasStore.channel],
                logger: logger
            )
            for await _ in notifications { wake() }
        }
    }
}
