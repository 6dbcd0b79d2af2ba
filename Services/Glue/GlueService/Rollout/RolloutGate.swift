// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
import Synchronization
import ZoneSync

/// How far consumers outside of the canary site may follow. Shut until the database has told a position.
package final class RolloutGate: Sendable {
    /// How often a body that is too new is looked at again.
    private static let interval = Duration.milliseconds(10)

    /// The canary site's name.
    package let site: String
    private let store: RolloutStore
    private let position = Atomic<Int64>(0)
    /// What canaries that are connected to this origin have acknowledged.
    let reached = CanaryPositions()
    /// Raised when there may be something to do.
    let signal = WakeSignal()

    package init(site: String, store: RolloutStore) {
        self.site = site
        self.store = store
    }

    /// The newest position that other sites may have.
    var ceiling: Int64 { position.load(ordering: .acquiring) }

    /// Takes the position that the database holds; returns whether it is another.
    func move(to position: Int64) -> Bool {
        self.position.exchange(position, ordering: .acquiringAndReleasing) != position
    }

    /// A consumer of this origin did something.
    func take(_ event: OriginNodeEvent, from node: OriginNode) {
        guard !holds(node) else { return }
        reached.take(event, from: node.name)
        signal.raise()
    }

    /// The stream has grown, or another origin has moved the position.
    package func look() {
        signal.raise()
    }

    /// Whether the consumer waits for the canary.
    func holds(_ node: OriginNode) -> Bool { node.site != site }

    /// Suspends until other sites may have these states of zones: what is read from the tables is as new as the moment.
    func admit(_ zones: [(id: Int64, version: Int64)]) async throws {
        while true {
            guard let newest = try await store.newestPosition(of: zones, after: ceiling) else { return }
            // What has no position yet is looked at again when it may have one.
            repeat { try await Task.sleep(for: Self.interval) } while newest > ceiling && newest < .max
        }
    }
}
