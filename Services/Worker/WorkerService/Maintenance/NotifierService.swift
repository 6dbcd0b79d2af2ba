// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import ServiceLifecycle

/// Tells the workers of jobs that jobs have enqueued.
struct NotifierService: Service {
    let notifier: JobNotifier

    func run() async throws {
        await cancelWhenGracefulShutdown { await notifier.run() }
    }
}
