// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// What a follower remembers of the snapshot that it is taking.
struct SnapshotProgress: Sendable {
    let offer: OriginSnapshot
    /// No part was handed out yet.
    var isFirst = true
    /// END was received.
    var isComplete = false
    /// The highest chunk whose zones were all received.
    var chunk: UInt64 = 0
    /// The highest chunk whose zones were all handed out to be applied.
    var handedOutChunk: UInt64 = 0
    /// The generations up to this one were sent in chunks that are complete.
    var after: UInt64
    /// The greatest generation of the chunk that is coming in.
    var greatest: UInt64 = 0
    /// Zones of the chunk that is coming in.
    var mentioned: [Name] = []
    /// Chunks that were received to their end and not handed out.
    var chunks: [FollowerBatch.Chunk] = []
    var zones = 0

    init(offer: OriginSnapshot) {
        self.offer = offer
        after = offer.after ?? 0
    }
}
