// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
package import Postgres

/// Wakes the workers after commits that put jobs into queues: `NOTIFY zonewright_jobs`, many with one.
///
/// The note is sent by a statement of its own: inside the transactions it would make all their commits wait for each
/// other. It carries nothing and may get lost; workers poll too.
package final class JobNotifier: Sendable {
    /// The shortest time between two notes of a process. At 200 jobs a second one note a job is what keeps them from waiting.
    private static let pause = Duration.milliseconds(3)

    private let pool: PostgresPool
    private let logger: Logger
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    package init(pool: PostgresPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
        // One wish waits at most: it stands for all jobs since the last note.
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// A notifier on the connections of a worker.
    package convenience init(store: JobQueueStore, logger: Logger) {
        self.init(pool: store.pool, logger: logger)
    }

    /// Asks for a note; returns at once. To be called after the commit.
    package func enqueued() {
        wish.yield()
    }

    /// Sends the notes that are asked for until the task is cancelled. To be run once.
    package func run() async {
        for await _ in wishes {
            do {
                try await notify()
                try await Task.sleep(for: Self.pause)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("could not notify the workers", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Sends a note now: for a command that ends after its change.
    package func notify() async throws {
        // A note needs no room in the log on disk: it would cost others a share of their group commits.
        try await pool.execute(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify(\(JobEnqueue.channel), '')"
        )
    }
}
