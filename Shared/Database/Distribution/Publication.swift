// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Everything that publishing one zone once writes.
package struct Publication: Sendable, Hashable {
    /// An RRset that is new or has changed.
    package struct RRsetWrite: Sendable, Hashable {
        package let key: PublishedRRsetKey
        package let recordCount: Int32
        package let hash: [UInt8]
        /// The records as protocol lines, each ended by LF.
        package let body: String

        package init(key: PublishedRRsetKey, recordCount: Int32, hash: [UInt8], body: String) {
            self.key = key
            self.recordCount = recordCount
            self.hash = hash
            self.body = body
        }
    }

    /// The state after it. A zone that is not live has lost all its RRsets.
    package let zone: PublishedZone
    /// The version that was published before and that `diff` applies to; nil where the zone was not live.
    package let baseVersion: Int64?
    package let written: [RRsetWrite]
    package let removed: [PublishedRRsetKey]
    /// The body of a DIFF message, or nil where only the whole zone can be sent.
    package let diff: String?
    /// Number of `+` lines in `diff`.
    package let added: Int
    /// 0: interactive; 1: bulk.
    package let lane: Int16
    /// The regions that differ from this from here on, or did before.
    package let regional: [RegionalPublication]

    package init(
        zone: PublishedZone,
        baseVersion: Int64?,
        written: [RRsetWrite],
        removed: [PublishedRRsetKey],
        diff: String?,
        added: Int,
        lane: Int16,
        regional: [RegionalPublication] = []
    ) {
        self.zone = zone
        self.baseVersion = baseVersion
        self.written = written
        self.removed = removed
        self.diff = diff
        self.added = added
        self.lane = lane
        self.regional = regional
    }
}
