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
    /// Zones of this part that could not be read.
    var kept: [Name] = []
    var zones = 0
}
