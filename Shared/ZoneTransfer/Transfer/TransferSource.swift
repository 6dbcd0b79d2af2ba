// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// One consistent view of zones to transfer from: everything it gives belongs to the same versions.
package protocol TransferSource {
    /// The SOA record of the zone with this apex; nil when it is not held.
    func soa(of zone: Name) throws -> RRset?

    /// All records of a zone.
    func records(of zone: Name) throws -> any TransferContents

    /// The differences that lead from `serial` to the version held, in their order and without a gap; nil when they are
    /// not all kept, or take more than about `octets`.
    func differences(of zone: Name, since serial: UInt32, octets: Int) throws -> (any TransferDifferences)?
}

/// The records of a zone but for its SOA record, message by message.
package protocol TransferContents: AnyObject {
    /// Writes the next records until the message is full; gives back whether there are none left.
    func write(to message: inout TransferPacker) throws -> Bool
}

/// The differences between two versions of a zone, step by step.
package protocol TransferDifferences: AnyObject {
    /// The next step; nil at the end.
    func next() throws -> TransferDifference?
}

/// One step from a version of a zone to the next one, record by record.
package struct TransferDifference: Sendable, Hashable {
    /// The SOA record before.
    package let oldSOA: RRset
    /// The SOA record afterwards.
    package let newSOA: RRset
    /// The records that go, without the SOA.
    package let removed: [RRset]
    /// The records that come, without the SOA.
    package let added: [RRset]

    /// A step of its parts.
    package init(oldSOA: RRset, newSOA: RRset, removed: [RRset], added: [RRset]) {
        self.oldSOA = oldSOA
        self.newSOA = newSOA
        self.removed = removed
        self.added = added
    }
}

extension RRset {
    /// The serial of an SOA record; nil when it is none.
    package var serial: UInt32? {
        guard type == .soa, let rdata = rdatas.first else { return nil }
        return (try? RData.SOA(rdata: rdata))?.serial
    }
}
