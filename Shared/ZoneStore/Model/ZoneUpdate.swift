// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// The way from one version of a zone to a later one, RRset by RRset.
package struct ZoneUpdate: Hashable, Sendable {
    /// The apex.
    package let name: Name
    /// The generation that the zone must have.
    package let generation: UInt64
    /// The version that the zone must have.
    package let base: UInt64
    /// The version that results.
    package let version: UInt64
    /// The serial of the resulting SOA record.
    package let serial: UInt32
    /// The zone hash that results.
    package let hash: Hash256
    /// RRsets that go; one that is not there is no error.
    package let removed: [RRsetKey]
    /// Whole RRsets that come, in place of what is there of the same owner and type.
    package let rrsets: [RRset]

    /// An update from version `base` to `version`.
    package init(
        name: Name,
        generation: UInt64,
        base: UInt64,
        version: UInt64,
        serial: UInt32,
        hash: Hash256,
        removed: [RRsetKey],
        rrsets: [RRset]
    ) {
        self.name = name
        self.generation = generation
        self.base = base
        self.version = version
        self.serial = serial
        self.hash = hash
        self.removed = removed
        self.rrsets = rrsets
    }
}
