// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Database
import ZoneStore

/// Records that are limited to regions.
///
/// In a region an RRset is made of the records that are limited to it, or to nothing; what is published everywhere is
/// made of the latter alone. A region's RRset is kept only where it differs, and the region's zone hash is the hash of
/// everywhere plus what these differ by. So names without such records cost nothing, whatever regions there are.
extension ZoneRenderer {
    /// What a region has more, or less, than everywhere.
    private struct Difference {
        var hash = Hash256.zero
        var recordCount: Int64 = 0

        mutating func add(_ rrset: RenderedRRset?) {
            guard let rrset else { return }
            hash = hash &+ rrset.digest
            recordCount += Int64(rrset.recordCount)
        }

        mutating func remove(_ rrset: RenderedRRset?) {
            guard let rrset else { return }
            hash = hash &- rrset.digest
            recordCount -= Int64(rrset.recordCount)
        }

        mutating func add(_ rrset: PublishedRRset?) throws(RenderError) {
            guard let rrset else { return }
            hash = hash &+ (try digest(rrset.hash))
            recordCount += Int64(rrset.recordCount)
        }

        mutating func remove(_ rrset: PublishedRRset?) throws(RenderError) {
            guard let rrset else { return }
            hash = hash &- (try digest(rrset.hash))
            recordCount -= Int64(rrset.recordCount)
        }
    }

    /// Every region that differs at a touched name, or anywhere else.
    ///
    /// - Parameters:
    ///   - base: What is published everywhere at the touched names from now on.
    ///   - hash: The zone hash of everywhere from now on.
    ///   - recordCount: The number of records everywhere from now on.
    static func regional(
        _ input: RenderInput,
        base: [PublishedRRsetKey: RenderedRRset],
        hash: Hash256,
        recordCount: Int64
    ) throws(RenderError) -> [RegionalPublication] {
        var regions = Set(input.regions.keys)
        for record in input.records { regions.formUnion(record.regions ?? []) }
        var publications: [RegionalPublication] = []
        for region in regions.sorted() {
            let publication = try publication(of: region, input, base: base, hash: hash, recordCount: recordCount)
            // Limited to this region, and yet there is the same everywhere.
            guard publication.isOwn || input.regions[region] != nil else { continue }
            publications.append(publication)
        }
        return publications
    }

    private static func publication(
        of region: String,
        _ input: RenderInput,
        base: [PublishedRRsetKey: RenderedRRset],
        hash: Hash256,
        recordCount: Int64
    ) throws(RenderError) -> RegionalPublication {
        let old = input.regionalRRsets[region] ?? [:]
        let new = try rrsets(of: region, input).filter { base[$0.key]?.digest != $0.value.digest }
        var difference = try difference(of: region, input)
        for (key, rrset) in old {
            try difference.remove(rrset)
            try difference.add(input.rrsets[key])
        }
        for (key, rrset) in new {
            difference.add(rrset)
            difference.remove(base[key])
        }
        let changes = changes(input, old: old, new: new, base: base)
        let isLive = input.published?.isLive ?? false
        return RegionalPublication(
            region: region,
            hash: (hash &+ difference.hash).bytes,
            recordCount: recordCount + difference.recordCount,
            isOwn: difference.hash != .zero,
            written: new.values.filter { old[$0.key]?.hash != $0.digest.bytes }.map(\.write).sorted(by: isBefore),
            removed: old.keys.filter { new[$0] == nil }.sorted { ($0.owner, $0.type) < ($1.owner, $1.type) },
            diff: isLive ? diff(removed: changes.removed, written: changes.written) : nil,
            diffRemoved: changes.removed.count,
            diffAdded: changes.written.reduce(0) { $0 + Int($1.recordCount) }
        )
    }

    /// The RRsets of a region at the touched names that have records limited to it.
    private static func rrsets(
        of region: String,
        _ input: RenderInput
    ) throws(RenderError) -> [PublishedRRsetKey: RenderedRRset] {
        var names: Set<String> = []
        for record in input.records where record.regions?.contains(region) ?? false { names.insert(record.name) }
        guard !names.isEmpty else { return [:] }
        // The zone has one SOA record everywhere: its serial is the zone's.
        let records = input.records.filter { record in
            names.contains(record.name) && record.regions?.contains(region) ?? true
        }
        var rendered: [PublishedRRsetKey: RenderedRRset] = [:]
        for rrset in try sortedRRsets(try groups(records, apex: input.apex)) where rrset.type != .soa {
            let rrset = RenderedRRset(rrset)
            rendered[rrset.key] = rrset
        }
        return rendered
    }

    private static func difference(of region: String, _ input: RenderInput) throws(RenderError) -> Difference {
        guard let known = input.regions[region], let published = input.published, published.isLive else {
            return Difference()
        }
        return Difference(
            hash: try digest(known.hash) &- (try digest(published.hash)),
            recordCount: known.recordCount - published.recordCount
        )
    }

    /// What changes at the touched names as the region sees it.
    private static func changes(
        _ input: RenderInput,
        old: [PublishedRRsetKey: PublishedRRset],
        new: [PublishedRRsetKey: RenderedRRset],
        base: [PublishedRRsetKey: RenderedRRset]
    ) -> (removed: [PublishedRRsetKey], written: [Publication.RRsetWrite]) {
        let keys = Set(input.rrsets.keys).union(old.keys).union(base.keys).union(new.keys)
        var removed: [PublishedRRsetKey] = []
        var written: [Publication.RRsetWrite] = []
        for key in keys.sorted(by: { ($0.owner, $0.type) < ($1.owner, $1.type) }) {
            let before = (old[key] ?? input.rrsets[key])?.hash
            let after = new[key] ?? base[key]
            if let after {
                if before != after.digest.bytes { written.append(after.write) }
            } else if before != nil {
                removed.append(key)
            }
        }
        return (removed, written)
    }

    private static func isBefore(_ one: Publication.RRsetWrite, _ other: Publication.RRsetWrite) -> Bool {
        (one.key.owner, one.key.type) < (other.key.owner, other.key.type)
    }

    /// The number of a digest's 32 octets.
    static func digest(_ octets: [UInt8]) throws(RenderError) -> Hash256 {
        guard let digest = Hash256(bytes: octets) else {
            throw RenderError("a published hash does not have 32 octets")
        }
        return digest
    }
}
