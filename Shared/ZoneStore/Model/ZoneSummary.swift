// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// What a store knows of a zone without reading its records.
package struct ZoneSummary: Hashable, Sendable {
    /// The apex, in lower case.
    package let name: Name
    /// Which life of the name this is.
    package let generation: UInt64
    /// Counts the changes within the generation.
    package let version: UInt64
    /// The serial of the SOA record.
    package let serial: UInt32
    /// The sum of the digests of all RRsets.
    package let hash: Hash256

    /// The number of records.
    package let records: Int
    /// Octets that the RRsets take in the store.
    package let octets: Int

    /// A summary of these values.
    package init(
        name: Name,
        generation: UInt64,
        version: UInt64,
        serial: UInt32,
        hash: Hash256,
        records: Int = 0,
        octets: Int = 0
    ) {
        self.name = name
        self.generation = generation
        self.version = version
        self.serial = serial
        self.hash = hash
        self.records = records
        self.octets = octets
    }
}
