// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
package import Postgres

/// Wakes the listeners of a channel after commits: `NOTIFY`, one for many changes.
///
/// The note is sent by a statement of its own: inside the changes' transactions it would make all their commits wait
/// for each other. It carries nothing and may get lost; listeners poll too.
package final class ChannelNotifier: Sendable {
    private let channel: String
    private let pause: Duration
    private let pool: PostgresPool
    private let logger: Logger
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation

    /// - Parameter pause: the shortest time between two notes of ``run()``.
    package init(channel: String, pause: Duration, pool: PostgresPool, logger: Logger) {
        self.channel = channel
        self.pause = pause
        self.pool = pool
        self.logger = logger
        // One wish waits at most: it stands for all changes since the last note.
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Asks for a note; returns at once. To be called after the commit.
    package func request() {
        wish.yield()
    }

    /// Sends the notes that are asked for until the task is cancelled. To be run once.
    package func run() async {
        for await _ in wishes {
            do {
                try await notify()
                try await Task.sleep(for: pause)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("could not notify", metadata: ["channel": "\(channel)", "error": "\(error)"])
            }
        }
    }

    /// Sends a note now: for a command that ends after its change.
    package func notify() async throws {
        // A note needs no room in the log on disk: it would cost the changes a share of their group commits.
        try await pool.execute(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify(\(channel), '')"
        )
    }
}
