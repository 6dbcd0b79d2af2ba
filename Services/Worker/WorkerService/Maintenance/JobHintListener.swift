// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import Postgres
import ServiceLifecycle

/// Wakes the processors when someone says that jobs were enqueued. Only a hint: polling finds them without it.
struct JobHintListener: Service {
    let configuration: PostgresConfiguration
    let logger: Logger
    let wake: @Sendable () -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let notifications = PostgresListener.notifications(
                configuration: configuration,
                channels: [JobEnqueue.channel],
                logger: logger
            )
            for await _ in notifications { wake() }
        }
    }
}
