// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What publishing a zone once writes for one region in which it differs, or differed before.
package struct RegionalPublication: Sendable, Hashable {
    package let region: String
    /// The zone hash in this region.
    package let hash: [UInt8]
    /// Records in all RRsets that the region has of the zone.
    package let recordCount: Int64
    /// Whether the region differs from here on.
    package let isOwn: Bool
    /// The region's own RRsets that are new or have changed.
    package let written: [Publication.RRsetWrite]
    /// The region's own RRsets that are gone; what is published everywhere takes their place.
    package let removed: [PublishedRRsetKey]
    /// The body of a DIFF message for this region, or nil where only the whole zone can be sent.
    package let diff: String?
    /// Numbers of `-` and `+` lines in `diff`.
    package let diffRemoved: Int
    package let diffAdded: Int

    package init(
        region: String,
        hash: [UInt8],
        recordCount: Int64,
        isOwn: Bool,
        written: [Publication.RRsetWrite],
        removed: [PublishedRRsetKey],
        diff: String?,
        diffRemoved: Int,
        diffAdded: Int
    ) {
        self.region = region
        self.hash = hash
        self.recordCount = recordCount
        self.isOwn = isOwn
        self.written = written
        self.removed = removed
        self.diff = diff
        self.diffRemoved = diffRemoved
        self.diffAdded = diffAdded
    }
}

/// What is published of a zone in a region where it differs: one row of `distribution.regional_zone`.
package struct PublishedRegion: Sendable, Hashable {
    /// The zone hash in this region, 32 octets.
    package let hash: [UInt8]
    package let recordCount: Int64

    package init(hash: [UInt8], recordCount: Int64) {
        self.hash = hash
        self.recordCount = recordCount
    }
}
