// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import Database

/// All that a publication of one zone is made from.
package struct RenderInput: Sendable {
    /// Which owners may have changed.
    package enum Touched: Sendable, Hashable {
        case all
        /// Absolute names; the apex is always among them, since the serial changes.
        case owners(Set<Name>)
    }

    /// The zone's apex in lower case.
    package let apex: Name
    package let intent: ZoneIntent
    /// What is published; nil the first time.
    package let published: PublishedZone?
    package let touched: Touched
    /// The records at the touched owners.
    package let records: [RecordIntent]
    /// The published RRsets at the touched owners.
    package let rrsets: [PublishedRRsetKey: PublishedRRset]
    /// What is published in the regions where the zone differs.
    package var regions: [String: PublishedRegion] = [:]
    /// The regions' own published RRsets at the touched owners.
    package var regionalRRsets: [String: [PublishedRRsetKey: PublishedRRset]] = [:]
    package let lane: Int16
    /// Seconds since 1970.
    package let now: Int64
}
