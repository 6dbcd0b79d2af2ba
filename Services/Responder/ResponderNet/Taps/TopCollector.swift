// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ResponderEngine
import Synchronization
import ZoneStore

/// Counts for a while which zones, clients or types are asked for most.
final class TopCollector: TapConsumer {
    /// What is told apart.
    enum Subject: String, Sendable, CaseIterable {
        /// The zone that answers; queries for names that are not hosted count as `(not hosted)`.
        case zones
        /// The client's address.
        case clients
        /// The type asked for.
        case types
    }

    /// One of the most frequent.
    struct Entry: Sendable, Equatable {
        /// The zone, address or type.
        var text: String
        /// Queries, too few by the error at most.
        var count: Int
    }

    /// How many are told apart for certain.
    private static let capacity = 4096

    private let subject: Subject
    private let zones: Mutex<ZoneFinder>?
    private let counts = Mutex(HeavyHitters<String>(capacity: capacity))

    /// A collector that has counted nothing.
    init(_ subject: Subject, store: ZoneStore) throws(ZoneStoreError) {
        self.subject = subject
        zones = subject == .zones ? Mutex(try ZoneFinder(store)) : nil
    }

    /// The most frequent so far, of all that were counted, and how much too small a count may be.
    func result(_ limit: Int) -> (entries: [Entry], total: Int, error: Int) {
        counts.withLock { counts in
            (counts.top(limit).map { Entry(text: $0.key, count: $0.count) }, counts.total, counts.error)
        }
    }

    func take(_ tapped: TappedQuery) {
        let key: String
        switch subject {
        case .clients:
            key = tapped.entry.client.text
        case .types:
            key = TappedQuestion(tapped).map { "\($0.type)" } ?? "(malformed)"
        case .zones:
            guard let question = TappedQuestion(tapped) else {
                key = "(malformed)"
                break
            }
            key = zones?.withLock { $0.apex(of: question.name)?.text } ?? "(not hosted)"
        }
        counts.withLock { $0.add(key) }
    }

    func flush() {
        zones?.withLock { $0.end() }
    }
}

/// Finds which zone has a name.
private struct ZoneFinder: ~Copyable {
    private var reader: ZoneReader
    private var key = LookupKey()

    init(_ store: ZoneStore) throws(ZoneStoreError) {
        reader = try ZoneReader(store)
    }

    mutating func apex(of name: Name) -> Name? {
        try? reader.begin()
        guard reader.isOpen, unsafe name.wire.withUnsafeBytes({ unsafe key.load($0) }) != nil,
            let zone = try? reader.zone(key, labels: key.labels)
        else { return nil }
        var apex = name.lowercased()
        for _ in zone.apexLabels..<max(key.labels, zone.apexLabels) {
            guard let parent = apex.parent else { break }
            apex = parent
        }
        return apex
    }

    /// A snapshot must not stay open while nothing comes.
    mutating func end() {
        reader.end()
    }
}
