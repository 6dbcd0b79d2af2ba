// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// A whole zone at one version.
package struct ZoneContents: Hashable, Sendable {
    /// The apex.
    package let name: Name
    /// Which life of the name this is: a zone that is deleted and made again has a greater one.
    package let generation: UInt64
    /// Counts the changes within the generation.
    package let version: UInt64
    /// The serial of the SOA record.
    package let serial: UInt32
    /// The sum of the digests of all RRsets.
    package let hash: Hash256
    /// All RRsets, in any order; each owner and type at most once.
    package let rrsets: [RRset]

    /// A zone of these RRsets.
    package init(
        name: Name,
        generation: UInt64,
        version: UInt64,
        serial: UInt32,
        hash: Hash256,
        rrsets: [RRset]
    ) {
        self.name = name
        self.generation = generation
        self.version = version
        self.serial = serial
        self.hash = hash
        self.rrsets = rrsets
    }
}
