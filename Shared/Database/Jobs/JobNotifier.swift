// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
package import Postgres

/// Wakes the workers after commits that put jobs into queues: see ``ChannelNotifier``.
package struct JobNotifier: Sendable {
    /// At 200 jobs a second one note a job is what keeps them from waiting.
    private static let pause = Duration.milliseconds(3)

    private let notes: ChannelNotifier

    package init(pool: PostgresPool, logger: Logger) {
        notes = ChannelNotifier(channel: JobEnqueue.channel, pause: Self.pause, pool: pool, logger: logger)
    }

    /// A notifier on the connections of a worker.
    package init(store: JobQueueStore, logger: Logger) {
        self.init(pool: store.pool, logger: logger)
    }

    /// Asks for a note; returns at once. To be called after the commit.
    package func enqueued() {
        notes.request()
    }

    /// Sends the notes that are asked for until the task is cancelled. To be run once.
    package func run() async {
        await notes.run()
    }

    /// Sends a note now: for a command that ends after its change.
    package func notify() async throws {
        try await notes.notify()
    }
}
