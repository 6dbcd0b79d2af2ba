// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
package import Postgres

/// Wakes the publisher after commits: `NOTIFY zonewright_change`, many changes with one.
///
/// The note is sent by a statement of its own: inside the changes' transactions it would make all their commits wait
/// for each other. It carries nothing and may get lost; the publisher polls too.
package final class ChangeNotifier: Sendable {
    /// The channel's name.
    package static let channel = "zonewright_change"
    /// The shortest time between two notes.
    private static let pause = Duration.milliseconds(2)

    /// Wakes the workers when a change has put jobs into queues.
    package let jobs: JobNotifier
    private let pool: PostgresPool
    private let logger: Logger
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    package init(pool: PostgresPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
        jobs = JobNotifier(pool: pool, logger: logger)
        // One wish waits at most: it stands for all changes since the last note.
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Asks for a note; returns at once.
    package func changed() {
        wish.yield()
    }

    /// Sends the notes that are asked for until the task is cancelled. To be run once.
    package func run() async {
        async let others: Void = jobs.run()
        await sendNotes()
        await others
    }

    private func sendNotes() async {
        for await _ in wishes {
            do {
                try await notify()
                try await Task.sleep(for: Self.pause)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("could not notify the publisher", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Sends a note now: for a command that ends after its change.
    package func notify() async throws {
        // A note needs no room in the log on disk: it would cost the changes a share of their group commits.
        try await pool.execute(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify(\(Self.channel), '')"
        )
    }
}
