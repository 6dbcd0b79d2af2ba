// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// A record that has passed its own rules and waits for those of its zone.
package struct RecordDraft: Hashable, Sendable {
    /// Relative to the zone, lower case; empty at the apex.
    package var name: String
    package var type: RRType
    package var content: String
    package var ttl: Int32
    package var priority: Int32?
    package var regions: [String]
    /// Canonical form.
    package var rdata: [UInt8]

    package init(
        name: String,
        type: RRType,
        content: String,
        ttl: Int32,
        priority: Int32?,
        regions: [String],
        rdata: [UInt8]
    ) {
        self.name = name
        self.type = type
        self.content = content
        self.ttl = ttl
        self.priority = priority
        self.regions = regions
        self.rdata = rdata
    }

    /// A record of a zone file or of the platform.
    package init(name: String, type: RRType, rdata: [UInt8], ttl: Int32) {
        let content = RecordContent(type: type, rdata: rdata)
        self.init(
            name: name,
            type: type,
            content: content.content,
            ttl: ttl,
            priority: content.priority,
            regions: RecordRegion.everywhere,
            rdata: content.rdata
        )
    }
}
