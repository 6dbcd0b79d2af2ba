// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import Postgres
import ServiceLifecycle

/// Wakes somebody when a note arrives on a channel. Only a hint: who is woken polls, too.
struct HintListener: Service {
    let configuration: PostgresConfiguration
    let channel: String
    let logger: Logger
    let wake: @Sendable () -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let notifications = PostgresListener.notifications(
                configuration: configuration,
                channels: [channel],
                logger: logger
            )
            for await _ in notifications { wake() }
        }
    }
}
