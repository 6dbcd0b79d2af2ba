// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// A catalog is transferred like a zone of a store.
extension CatalogZone: TransferSource {
    package func soa(of zone: Name) -> RRset? {
        zone == name ? soa : nil
    }

    package func records(of zone: Name) throws -> any TransferContents {
        CatalogContents(self, [ns, try version])
    }

    package func differences(
        of zone: Name,
        since serial: UInt32,
        octets: Int
    ) throws -> (any TransferDifferences)? {
        // Serials grow from step to step, by at least one.
        guard let first = steps.firstIndex(where: { $0.from == serial }) else { return nil }
        let wanted = steps[first...]
        // A record of a member has a label, a pointer, and a name of some 20 octets.
        let size = wanted.reduce(0) { $0 + 80 * $1.records }
        // Differences that are larger than the catalog have no use (RFC 1995 4).
        guard size <= octets, size / 80 <= members.count + 1_000 else { return nil }
        return CatalogDifferences(self, wanted)
    }
}

/// The records of a catalog but for its SOA record.
private final class CatalogContents: TransferContents {
    private let catalog: CatalogZone
    private var first: [RRset]
    private var members: Dictionary<Name, UInt64>.Iterator
    private var pending: RRset?
    private var written = 0

    init(_ catalog: CatalogZone, _ first: [RRset]) {
        self.catalog = catalog
        self.first = first
        members = catalog.members.makeIterator()
    }

    func write(to message: inout TransferPacker) throws -> Bool {
        while let rrset = try pending ?? next() {
            guard try message.append(rrset, apex: catalog.name, written: &written) else {
                pending = rrset
                return false
            }
            pending = nil
            written = 0
        }
        return true
    }

    private func next() throws -> RRset? {
        if !first.isEmpty { return first.removeFirst() }
        guard let (zone, generation) = members.next() else { return nil }
        return try catalog.rrset(CatalogMember(zone: zone, generation: generation))
    }
}

/// Steps of a catalog, as differences.
private final class CatalogDifferences: TransferDifferences {
    private let catalog: CatalogZone
    private var steps: ArraySlice<CatalogZone.Step>

    init(_ catalog: CatalogZone, _ steps: ArraySlice<CatalogZone.Step>) {
        self.catalog = catalog
        self.steps = steps
    }

    func next() throws -> TransferDifference? {
        guard let step = steps.popFirst() else { return nil }
        return TransferDifference(
            oldSOA: catalog.soa(step.from),
            newSOA: catalog.soa(step.to),
            removed: try step.removed.map { try catalog.rrset($0) },
            added: try step.added.map { try catalog.rrset($0) }
        )
    }
}
