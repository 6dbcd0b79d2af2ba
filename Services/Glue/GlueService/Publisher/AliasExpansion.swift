// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database

/// Puts address records in the place of ALIAS and URL records. Pure.
///
/// Those of an ALIAS record are its target's, those of a URL record the redirector's. They have the owner and the regions
/// of the record, and the lesser of its TTL and the target's. Where the owner
/// has A or AAAA records of its own everywhere, those of that type are what its owner wants, and the target's are left
/// out. Of a target without addresses, or with none yet, nothing is published.
enum AliasExpansion {
    private static let type = "ALIAS"
    private static let redirection = "URL"

    private struct Place: Hashable {
        let name: String
        let type: String
    }

    /// The targets of ALIAS records as ``PublicationReader/aliasTargets(_:)`` names them, each once, sorted.
    static func targets(of records: [Int64: [RecordIntent]]) -> [String] {
        var targets: Set<String> = []
        for record in records.values.joined() where record.type == type { targets.insert(target(of: record)) }
        return targets.sorted()
    }

    /// The records of a zone, or of some of its names, with address records instead of ALIAS and URL records.
    ///
    /// - Parameters:
    ///   - known: The addresses of targets.
    ///   - redirector: Those of the redirector; its TTL counts, too.
    static func expand(
        _ records: [RecordIntent],
        _ known: [String: AliasAddresses],
        redirector: AliasAddresses
    ) -> [RecordIntent] {
        guard records.contains(where: { $0.type == type || $0.type == redirection }) else { return records }
        let own = Set(
            records.filter { $0.regions == nil && ($0.type == "A" || $0.type == "AAAA") }
                .map { Place(name: $0.name, type: $0.type) }
        )
        var expanded: [RecordIntent] = []
        for record in records {
            let found: AliasAddresses?
            switch record.type {
            case type: found = known[target(of: record)]
            case redirection: found = redirector
            default:
                expanded.append(record)
                continue
            }
            guard let addresses = found else { continue }
            for (type, contents) in [("A", addresses.a), ("AAAA", addresses.aaaa)]
            where !own.contains(Place(name: record.name, type: type)) {
                expanded += contents.map { address(record, type, $0, addresses.ttl) }
            }
        }
        return expanded
    }

    private static func target(of record: RecordIntent) -> String {
        record.content.lowercased()
    }

    private static func address(
        _ record: RecordIntent,
        _ type: String,
        _ content: String,
        _ ttl: Int32
    ) -> RecordIntent {
        RecordIntent(
            zoneID: record.zoneID,
            name: record.name,
            type: type,
            content: content,
            ttl: min(record.ttl, ttl),
            priority: nil,
            regions: record.regions
        )
    }
}
