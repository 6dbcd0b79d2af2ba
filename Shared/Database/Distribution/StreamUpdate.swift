// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A part of what brings a tracker of the published state up to the head of the stream.
package struct StreamUpdate: Sendable {
    package let epoch: String
    /// Where the tracker stands after this part; nil within a run over all live zones, which leads to no position before
    /// its end.
    package let position: Int64?
    /// Whether a run over all live zones begins, and what was known before is void.
    package let startsAnew: Bool
    package let changes: [StreamChange]
    /// Zones as regions have them whose state is read for the first time; they belong to the head of the stream.
    package let regional: [RegionalHash]

    init(
        epoch: String,
        position: Int64?,
        startsAnew: Bool = false,
        changes: [StreamChange] = [],
        regional: [RegionalHash] = []
    ) {
        self.epoch = epoch
        self.position = position
        self.startsAnew = startsAnew
        self.changes = changes
        self.regional = regional
    }
}
