// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ZoneStore

/// Where a reconciliation stands on the follower's side.
struct ManifestProgress: Sendable {
    /// Generations named in one `FETCH`: with 20 digits each a line stays below its limit.
    static let fetchLine = 190
    /// Generations asked for and not dealt with.
    static let fetchesOpen = 2_048

    /// What is being done.
    enum Stage: Sendable, Equatable {
        case sums
        case comparing
        case gathering
        case listing
        case fetching
        case adopting
    }

    let epoch: String
    let position: UInt64
    let zones: Int
    /// What the replica says of itself until the position is adopted.
    let kept: StreamPosition
    var stage = Stage.sums
    var buckets = ManifestBuckets()
    /// Sums that were received.
    var sums = 0
    /// Groups of buckets that are still to be listed; the first is the one under way.
    var groups: [[UInt8]] = []
    /// Listed zones that were not compared yet.
    var listed: [ManifestMember] = []
    /// Zones of this listing so far.
    var count = 0
    /// The listing was received to its end; its last part was handed out.
    var isListed = false
    var missing: [UInt64] = []
    /// Generations asked for and dealt with, in all.
    var asked: UInt64 = 0
    var done: UInt64 = 0
    var chunk: UInt64 = 0
    var handedOutChunk: UInt64 = 0
    var acknowledgedChunk: UInt64 = 0

    /// Zones that the origin announced for the group under way.
    var announced: Int { groups.first?.reduce(0) { $0 + buckets[$1].zones } ?? 0 }

    /// Whether nothing of the group is missing any more.
    var isGroupFetched: Bool { stage == .fetching && missing.isEmpty && asked == done && chunk == handedOutChunk }
}
