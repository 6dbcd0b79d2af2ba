// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How far a zone's newest committed version has come on its way to the responders.
package struct ZoneDistribution: Hashable, Sendable {
    /// The newest committed version.
    package var version: Int64
    /// The version in the published stream, or nil before the first publication.
    package var publishedVersion: Int64?
    /// The stream position of the published version, once it has one.
    package var position: Int64?
    /// Connected responders that have applied that position.
    package var acknowledged: Int64
    /// Connected responders.
    package var nodes: Int64

    package init(version: Int64, publishedVersion: Int64?, position: Int64?, acknowledged: Int64, nodes: Int64) {
        self.version = version
        self.publishedVersion = publishedVersion
        self.position = position
        self.acknowledged = acknowledged
        self.nodes = nodes
    }

    /// Every connected responder answers with the newest version; false while none is connected.
    package var isDistributed: Bool {
        guard let publishedVersion, position != nil, nodes > 0 else {
            return false
        }
        return publishedVersion >= version && acknowledged == nodes
    }
}
