// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension DomainRepository {
    /// One page of an account's domains with their notes and labels; as `list` otherwise.
    package func annotatedList(
        account: Int64,
        filter: NameFilter = NameFilter(),
        labels: LabelSelector? = nil,
        sort: [Sort<DomainSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<Annotated<HostedDomain>> {
        let (conditions, order) = Self.selection(account: account, filter, sort)
        return try await Listing.page(
            page,
            of: "\(HostedDomain.columns), \(LabelSet.columns(of: "domain"))",
            from: "app.domain",
            where: conditions + (labels?.conditions ?? []),
            orderBy: order,
            in: pool
        ) { row in
            Annotated(try HostedDomain(row: row), note: try Note(row: row), labels: try LabelSet(row: row))
        }
    }
}

extension RecordRepository {
    /// One page of a zone's records with their notes and labels; as `list` otherwise.
    package func annotatedList(
        zone: Zone,
        filter: RecordFilter = RecordFilter(),
        labels: LabelSelector? = nil,
        sort: [Sort<RecordSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<Annotated<ZoneRecord>> {
        // Totals are remembered by the zone's version, which labels do not change: with them the rows are counted.
        var count: ((PostgresQuery) async throws -> Int)?
        if labels == nil {
            count = { condition in try await total(of: zone, filter, where: condition) }
        }
        return try await Listing.page(
            page,
            of: "\(ZoneRecord.columns), \(LabelSet.columns(of: "record"))",
            from: "app.record",
            where: Self.conditions(zone, filter) + (labels?.conditions ?? []),
            orderBy: Listing.orderByAll(sort, otherwise: .id, columns: Self.columns),
            in: pool,
            counting: count
        ) { row in
            Annotated(
                try ZoneRecord(row: row, zoneName: zone.name),
                note: try Note(row: row),
                labels: try LabelSet(row: row)
            )
        }
    }
}
