// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
package import Postgres

/// Wakes the publisher after commits, and the workers when a change has put jobs into queues: see ``ChannelNotifier``.
package struct ChangeNotifier: Sendable {
    /// The publisher's channel.
    package static let channel = "zonewright_change"
    private static let pause = Duration.milliseconds(2)

    /// Wakes the workers.
    package let jobs: JobNotifier
    private let notes: ChannelNotifier

    package init(pool: PostgresPool, logger: Logger) {
        jobs = JobNotifier(pool: pool, logger: logger)
        notes = ChannelNotifier(channel: Self.channel, pause: Self.pause, pool: pool, logger: logger)
    }

    /// Asks for a note; returns at once. To be called after the commit.
    package func changed() {
        notes.request()
    }

    /// Sends the notes that are asked for until the task is cancelled. To be run once.
    package func run() async {
        async let others: Void = jobs.run()
        await notes.run()
        await others
    }

    /// Sends a note now: for a command that ends after its change.
    package func notify() async throws {
        try await notes.notify()
    }
}
