// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A queue and how many of its jobs one worker runs at a time.
package struct QueueLimit: Sendable, Equatable {
    /// The queue, as jobs name it.
    package let name: String
    /// Jobs of the queue that run at the same time in one worker.
    package let concurrency: Int

    /// - Parameter concurrency: at least 1.
    package init(name: String, concurrency: Int) {
        self.name = name
        self.concurrency = concurrency
    }

    /// Reads `name=concurrency`, with a concurrency of 1 to 10,000.
    package init?(_ text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let number = Int(parts[1]), (1...10_000).contains(number) else {
            return nil
        }
        self.init(name: String(parts[0]), concurrency: number)
    }
}
