// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension PublicationReader {
    /// What is published of these zones in the regions where they differ, by zone and region.
    package func regions(of zones: [Int64]) async throws -> [Int64: [String: PublishedRegion]] {
        guard !zones.isEmpty else { return [:] }
        let rows = try await transaction.query(
            "SELECT zone_id, region, hash, rr_count FROM distribution.regional_zone WHERE zone_id = ANY (\(zones))"
        )
        var regions: [Int64: [String: PublishedRegion]] = [:]
        for row in rows {
            let region = PublishedRegion(hash: try row.decode(2), recordCount: try row.decode(3))
            regions[try row.decode(0), default: [:]][try row.decode(1)] = region
        }
        return regions
    }

    /// The regions' own RRsets of whole zones, and those of single owners (absolute) of others, by zone and region.
    package func regionalRRsets(
        wholeZones: [Int64],
        owners: [(zone: Int64, owner: String)]
    ) async throws -> [Int64: [String: [PublishedRRsetKey: PublishedRRset]]] {
        guard !wholeZones.isEmpty || !owners.isEmpty else { return [:] }
        let rows = try await transaction.query(
            """
            SELECT zone_id, region, owner, type, rr_count, hash FROM distribution.regional_rrset
            WHERE zone_id = ANY (\(wholeZones))
            UNION ALL
            SELECT rrset.zone_id, rrset.region, rrset.owner, rrset.type, rrset.rr_count, rrset.hash
            FROM unnest(\(owners.map(\.zone)), \(owners.map(\.owner))) AS touched (zone_id, owner)
            JOIN distribution.regional_rrset AS rrset
                ON rrset.zone_id = touched.zone_id AND rrset.owner = touched.owner
            """
        )
        var rrsets: [Int64: [String: [PublishedRRsetKey: PublishedRRset]]] = [:]
        for row in rows {
            let key = PublishedRRsetKey(owner: try row.decode(2), type: try row.decode(3))
            let rrset = PublishedRRset(recordCount: try row.decode(4), hash: try row.decode(5))
            rrsets[try row.decode(0), default: [:]][try row.decode(1), default: [:]][key] = rrset
        }
        return rrsets
    }
}
