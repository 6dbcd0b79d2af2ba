// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
import Metrics

/// Gives published changes their positions.
package struct Sequencer: Sendable {
    /// How often to look again while another sequencer is at it, two milliseconds apart: it may have begun before our
    /// rows were there to be seen.
    private static let attempts = 25
    /// Positions that may be on their way to the consumers when bulk work gets another: so many entries are before one that a
    /// person waits for, at most.
    package static let bulkAhead: Int64 = 1_024

    private let store: StreamStore
    private let sequenced = Counter(label: "glue_positions_assigned_total")

    package init(store: StreamStore) {
        self.store = store
    }

    /// Sequences until nothing is left, or only bulk work that has to wait; returns how many positions were given.
    package func run() async throws -> Int {
        var total = 0
        var attempt = 0
        while attempt < Self.attempts {
            guard let count = try await store.sequence(bulkAhead: Self.bulkAhead) else {
                attempt += 1
                try await Task.sleep(for: .milliseconds(2))
                continue
            }
            guard count > 0 else { break }
            total += count
        }
        if total > 0 { sequenced.increment(by: total) }
        return total
    }
}
