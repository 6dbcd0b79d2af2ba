// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import ZoneStore

/// A set of zones at a position, as sums: the start of a reconciliation.
package struct OriginManifest: Sendable, Equatable {
    /// Names the history that `position` belongs to.
    package var epoch: String
    /// Everything up to this position is in the sums; what came later may be too.
    package var position: UInt64
    /// The sums.
    package var buckets: ManifestBuckets

    /// A manifest of these values.
    package init(epoch: String, position: UInt64, buckets: ManifestBuckets) {
        self.epoch = epoch
        self.position = position
        self.buckets = buckets
    }
}

/// A zone's state in a manifest: `M zone= gen= ver= hash=`.
package struct ManifestEntry: Sendable, Equatable {
    /// Lower-case absolute presentation form, with the final dot.
    package var zone: String
    /// Which life of the name this is.
    package var generation: UInt64
    /// Counts the publications of the generation.
    package var version: UInt64
    /// The zone hash.
    package var hash: Hash256

    /// An entry of these values.
    package init(zone: String, generation: UInt64, version: UInt64, hash: Hash256) {
        self.zone = zone
        self.generation = generation
        self.version = version
        self.hash = hash
    }
}

/// Takes the zones of a manifest from an ``OriginSource``, at its own pace: a call may suspend, and throws when the
/// consumer is gone.
package protocol OriginManifestSink: Sendable {
    /// Some of the zones; a thousand at once rather than one.
    func list(_ zones: [ManifestEntry]) async throws
}

extension ManifestEntry {
    init(_ line: ControlLine) throws(ProtocolError) {
        zone = String(try line.required("zone"))
        generation = try line.number("gen")
        version = try line.number("ver")
        hash = try line.hash("hash")
    }
}
