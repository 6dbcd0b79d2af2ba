// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import ZoneStore

/// Where a follower stands: for metrics and for people.
package struct FollowerStatus: Sendable, Equatable {
    /// `host:port` of the origin connected to; nil when there is none.
    package var upstream: String?
    /// Whether entries of the stream flow (not a snapshot, not a greeting).
    package var isLive = false
    /// Epoch of `position`; empty before the first connection.
    package var epoch = ""
    /// The durable position.
    package var position: UInt64 = 0
    /// The newest position that the origin told of.
    package var head: UInt64 = 0
    /// Zones held.
    package var zones = 0
    /// The set hash of the zones held.
    package var setHash = Hash256.zero
    /// The last checkpoint that the replica agreed with.
    package var verified: OriginCheckpoint?
    /// Zones whose new state was refused, with the reason; the old state is served.
    package var quarantined: [String: String] = [:]
    /// Operations applied and refused, checkpoints that differed, connections made and lost; since the start.
    package var applied: UInt64 = 0
    /// Zone changes refused.
    package var refused: UInt64 = 0
    /// Checkpoints whose set hash differed.
    package var mismatches: UInt64 = 0
    /// Checkpoints that fitted.
    package var agreements: UInt64 = 0
    /// Reconciliations by manifest that were begun.
    package var reconciliations: UInt64 = 0
    /// Zones that were fetched in one and applied.
    package var reconciled: UInt64 = 0
    /// Snapshots that were begun, those that went on where they were cut off included, and these.
    package var snapshots: UInt64 = 0
    package var resumedSnapshots: UInt64 = 0
    /// Zones that an origin had in the version held, with another hash.
    package var conflicts: UInt64 = 0
    /// Connections made to origins.
    package var connections: UInt64 = 0
    /// Connections that failed or ended.
    package var failures: UInt64 = 0
    /// Batches that the replica could not take: a full disk, for one.
    package var storeFailures: UInt64 = 0

    /// A follower that has not begun.
    package init() {}

    /// Positions that are known of and not durable here.
    package var lag: UInt64 { head > position ? head - position : 0 }
}
