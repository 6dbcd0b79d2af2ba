// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database

/// What one transaction of the publisher has read, and what it will write.
struct PublicationBatch: Sendable {
    /// A zone that could not be rendered.
    struct Failure: Sendable {
        let zone: Int64
        let name: String
        let reason: String
        let newestEntry: Int64
    }

    /// One zone on its way from the outbox to its publication.
    private struct Item: Sendable {
        let zone: Int64
        let entries: [OutboxEntry]
        let intent: ZoneIntent?
        let published: PublishedZone?
        let apex: Name?
        let touched: RenderInput.Touched

        /// The fastest lane that any of its rows is in.
        var lane: Int16 { max(0, entries.map(\.lane).min() ?? 0) }
        var newestEntry: Int64 { entries.map(\.id).max() ?? 0 }
        var name: String { intent?.name ?? entries.first?.zoneName ?? "zone \(zone)" }
    }

    private(set) var publications: [Publication] = []
    private(set) var failures: [Failure] = []
    /// Outbox rows that are done with.
    private(set) var consumed: [Int64] = []
    /// Seconds between the commit of each outbox row and this transaction's begin.
    private(set) var waits: [Double] = []
    /// Targets of ALIAS records that nothing is known of yet.
    private(set) var newAliasTargets: [String] = []
    /// What became of the withdrawals among the publications.
    var verdict = BreakerJudge.Verdict()
    var started: ContinuousClock.Instant?

    private var items: [Item] = []
    private var records: [Int64: [RecordIntent]] = [:]
    private var rrsets: [Int64: [PublishedRRsetKey: PublishedRRset]] = [:]
    private var regions: [Int64: [String: PublishedRegion]] = [:]
    private var regionalRRsets: [Int64: [String: [PublishedRRsetKey: PublishedRRset]]] = [:]
    private let now: Int64

    /// Reads all that the zones' publications are made from.
    ///
    /// - Parameter redirector: What is published of URL records.
    init(zones: [Int64], reader: PublicationReader, redirector: AliasAddresses, now: Int64) async throws {
        self.now = now
        let entries = Dictionary(grouping: try await reader.outbox(of: zones), by: \.zoneID)
        let intents = try await reader.intents(of: zones)
        let published = try await reader.published(zones)
        for zone in zones {
            // Another publisher may have been here before the lock was taken.
            guard let entries = entries[zone] else { continue }
            add(zone, entries, intents[zone], published[zone])
        }
        let active = items.filter { $0.intent?.isActive == true }
        let whole = active.filter { $0.touched == .all }.map(\.zone)
        var names: [(zone: Int64, name: String)] = []
        var owners: [(zone: Int64, owner: String)] = []
        for item in active {
            guard case .owners(let touched) = item.touched else { continue }
            owners += touched.map { (item.zone, $0.text) }
            names += Set(item.entries.flatMap { $0.names ?? [] } + [""]).map { (item.zone, $0) }
        }
        records = try await reader.records(wholeZones: whole, names: names)
        let targets = AliasExpansion.targets(of: records)
        var aliases: [String: AliasAddresses] = [:]
        if !targets.isEmpty {
            let known = try await reader.aliasTargets(targets)
            newAliasTargets = targets.filter { known[$0] == nil }
            aliases = known
        }
        let known = aliases
        records = records.mapValues { AliasExpansion.expand($0, known, redirector: redirector) }
        rrsets = try await reader.rrsets(wholeZones: whole, owners: owners)
        let regional = Set(active.filter { $0.published?.regions.isEmpty == false }.map(\.zone))
        if !regional.isEmpty {
            regions = try await reader.regions(of: regional.sorted())
            regionalRRsets = try await reader.regionalRRsets(
                wholeZones: whole.filter { regional.contains($0) },
                owners: owners.filter { regional.contains($0.zone) }
            )
        }
        waits = items.flatMap(\.entries).map(\.waited)
    }

    /// Makes the publications; what cannot be rendered becomes a failure, and its outbox rows stay.
    mutating func render() {
        for item in items {
            do throws(RenderError) {
                if let publication = try publication(of: item) { publications.append(publication) }
                consumed += item.entries.map(\.id)
            } catch {
                fail(item.zone, item.name, "\(error)", item.newestEntry)
            }
        }
    }

    /// Those of the publications that take a zone away, or all of its data but the SOA and NS records at its apex.
    var withdrawals: [Withdrawal] {
        let items = Dictionary(items.map { ($0.zone, $0) }) { first, _ in first }
        return publications.compactMap { publication in
            guard let item = items[publication.zone.id], let before = item.published, before.isLive,
                !publication.zone.isLive || isEmptied(item, by: publication, before: before)
            else { return nil }
            return Withdrawal(
                zone: item.zone,
                isRemoval: !publication.zone.isLive,
                newestEntry: item.newestEntry
            )
        }
    }

    /// Leaves these zones out: they stay as they are published, and their outbox rows stay.
    mutating func hold(_ zones: Set<Int64>) {
        guard !zones.isEmpty else { return }
        publications.removeAll { zones.contains($0.zone.id) }
        let kept = Set(items.filter { zones.contains($0.zone) }.flatMap(\.entries).map(\.id))
        consumed.removeAll { kept.contains($0) }
    }

    /// The apex is always among the owners that were read.
    private func isEmptied(_ item: Item, by publication: Publication, before: PublishedZone) -> Bool {
        guard let apex = item.apex?.text else { return false }
        let keys = [RRType.soa, .ns].map { PublishedRRsetKey(owner: apex, type: Int32($0.rawValue)) }
        let old = keys.map { Int64(rrsets[item.zone]?[$0]?.recordCount ?? 0) }
        let new = zip(keys, old).map { key, old in
            publication.written.first { $0.key == key }.map { Int64($0.recordCount) }
                ?? (publication.removed.contains(key) ? 0 : old)
        }
        return before.recordCount > old.reduce(0, +) && publication.zone.recordCount <= new.reduce(0, +)
    }

    private mutating func add(
        _ zone: Int64,
        _ entries: [OutboxEntry],
        _ intent: ZoneIntent?,
        _ published: PublishedZone?
    ) {
        var apex: Name?
        var touched = RenderInput.Touched.all
        if let intent, intent.isActive {
            let newest = entries.map(\.id).max() ?? 0
            do throws(TextError) {
                let name = try Name(text: intent.name, origin: .root).lowercased()
                apex = name
                touched = try Self.touched(entries, apex: name, published: published)
            } catch {
                fail(zone, intent.name, "a name is not valid: \(error)", newest)
                return
            }
        }
        items.append(
            Item(zone: zone, entries: entries, intent: intent, published: published, apex: apex, touched: touched)
        )
    }

    private static func touched(
        _ entries: [OutboxEntry],
        apex: Name,
        published: PublishedZone?
    ) throws(TextError) -> RenderInput.Touched {
        guard let published, published.isLive, entries.allSatisfy({ $0.names != nil }) else { return .all }
        var owners: Set<Name> = [apex]
        for name in entries.flatMap({ $0.names ?? [] }) { owners.insert(try ZoneRenderer.owner(name, apex: apex)) }
        return .owners(owners)
    }

    private func publication(of item: Item) throws(RenderError) -> Publication? {
        guard let intent = item.intent, intent.isActive, let apex = item.apex else {
            let version = item.intent?.version ?? item.entries.map(\.version).max() ?? 0
            return ZoneRenderer.removal(of: item.published, version: version, lane: item.lane)
        }
        return try ZoneRenderer.publication(
            RenderInput(
                apex: apex,
                intent: intent,
                published: item.published,
                touched: item.touched,
                records: records[item.zone] ?? [],
                rrsets: rrsets[item.zone] ?? [:],
                regions: regions[item.zone] ?? [:],
                regionalRRsets: regionalRRsets[item.zone] ?? [:],
                lane: item.lane,
                now: now
            )
        )
    }

    private mutating func fail(_ zone: Int64, _ name: String, _ reason: String, _ newestEntry: Int64) {
        failures.append(Failure(zone: zone, name: name, reason: reason, newestEntry: newestEntry))
    }
}
