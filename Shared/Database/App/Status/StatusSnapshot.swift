// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// Where the way of changes stands at one moment, from the tables to the responders.
package struct StatusSnapshot: Hashable, Sendable {
    /// One consumer of the published stream.
    package struct Node: Hashable, Sendable {
        package var name: String
        package var role: String
        /// The stream position that it has applied.
        package var acknowledged: Int64
        /// Positions that it is behind.
        package var lag: Int64
        package var isConnected: Bool
        /// Whether it counts among those that must have a change: it is connected, or was a moment ago.
        package var isExpected: Bool
        package var origin: String?
        package var software: String?
        package var seenAt: Timestamp
        package var acknowledgedAt: Timestamp?
        /// The place it stands at, and the region of that; nil when it told none.
        package var site: String?
        package var region: String?
        /// Where it answers DNS, `host:port`, when it told that.
        package var address: String?
        /// The relay that it is connected to; nil where that is the origin itself.
        package var via: String?
        /// The begin of its connection, or of its last one.
        package var connectedAt: Timestamp?
        /// Seconds since the oldest position that it has not applied was published; 0 when there is none.
        package var lagSeconds: Double
        /// Zones that it refuses.
        package var refusals: Int64
    }

    /// How far the consumers outside of the canary site may follow.
    package struct Rollout: Hashable, Sendable {
        /// The canary site.
        package var site: String
        /// The newest position that they may have.
        package var position: Int64
        /// Positions that they may not have yet.
        package var behind: Int64
        /// Why nothing more goes out, when it is held.
        package var reason: String?
        /// Since when it is open or held.
        package var since: Timestamp
    }

    /// A zone that a consumer refused and serves as it was.
    package struct RefusedZone: Hashable, Sendable {
        /// Lower case, without the final dot.
        package var name: String
        /// The first version that was refused.
        package var version: Int64
        /// The consumer.
        package var node: String
        /// The protocol's code.
        package var code: Int32
        package var reason: String
        package var since: Timestamp
    }

    /// How many refused zones a snapshot has.
    package static let shownRefusals = 20

    /// Committed changes that are not published yet.
    package var outboxDepth: Int64
    /// How long the oldest of them has waited, in seconds.
    package var oldestOutboxSeconds: Double
    /// Published changes that have no position yet.
    package var unsequenced: Int64
    /// The newest position.
    package var head: Int64
    /// The oldest position that the log still has.
    package var floor: Int64
    package var zones: Int64
    package var publishedZones: Int64
    package var nodes: [Node]
    /// Pairs of a zone and a consumer that refuses it.
    package var refusals: Int64
    /// The oldest of them, at most ``shownRefusals``.
    package var refused: [RefusedZone]
    /// Nil where no origin was ever told of a canary site.
    package var rollout: Rollout?

    /// Every change is published and applied by every expected node; one at least is connected.
    package var isSettled: Bool {
        outboxDepth == 0 && unsequenced == 0 && nodes.contains(where: \.isConnected)
            && nodes.filter(\.isExpected).allSatisfy { $0.lag == 0 }
    }
}
