// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Which counts of answered queries a client wants, and how they are summed.
package struct AnalyticsQuery: Hashable, Sendable {
    /// What rows can be told apart by.
    package enum Grouping: String, Hashable, Sendable {
        case zoneName = "zone_name"
        case date
    }

    /// What rows can be sorted by.
    package enum SortKey: String, SortField {
        case zoneName = "zone_name"
        case date
        case volume
    }

    /// Rows a page.
    package static let defaultPageSize = 1_000
    package static let maximumPageSize = 10_000
    /// Days from the first to the last day at most.
    package static let maximumDays: Int64 = 31

    package let start: CalendarDay
    package let end: CalendarDay
    /// In the order of the columns; empty for one row with the sum of all.
    package let groupings: [Grouping]
    package let sort: [Sort<SortKey>]
    /// From 1.
    package let page: Int
    package let pageSize: Int

    /// Reads the parameters as they were sent; nil for those that were not.
    ///
    /// Without dates the last 31 days until yesterday are meant; without groupings all of them.
    ///
    /// - Throws: `InvalidDate`, or `ValidationErrors` with every fault of every field.
    package init(
        startDate: String?,
        endDate: String?,
        groupings: String?,
        sort: String?,
        page: Int?,
        pageSize: Int?,
        today: CalendarDay
    ) throws {
        let startDay = try startDate.map(Self.day)
        let endDay = try endDate.map(Self.day)
        let yesterday = today.advanced(by: -1)
        let end = endDay ?? startDay.map { max($0, min(yesterday, $0.advanced(by: Self.maximumDays - 1))) } ?? yesterday
        let start = startDay ?? end.advanced(by: 1 - Self.maximumDays)
        var errors = ValidationErrors()
        if end < start {
            errors.add("end_date", "can't be before start_date")
        } else if end.number - start.number > Self.maximumDays {
            errors.add("end_date", "can't be more than \(Self.maximumDays) days after start_date")
        }
        self.start = start
        self.end = end
        var columns: [Grouping] = []
        for text in (groupings ?? "zone_name,date").split(separator: ",") {
            guard let column = Grouping(rawValue: String(text)) else {
                errors.add("groupings", "can only have zone_name and date")
                continue
            }
            if !columns.contains(column) {
                columns.append(column)
            }
        }
        try errors.throwIfAny()
        self.groupings = columns
        let wanted = Sort<SortKey>.parse(sort ?? "").filter { term in
            term.field == .volume || columns.contains { $0.rawValue == term.field.rawValue }
        }
        self.sort = wanted.isEmpty ? columns.compactMap { SortKey(rawValue: $0.rawValue).map { Sort($0) } } : wanted
        self.page = min(max(page ?? 1, 1), Int(Int32.max))
        self.pageSize = min(max(pageSize ?? Self.defaultPageSize, 1), Self.maximumPageSize)
    }

    /// A parameter that is no date.
    package struct InvalidDate: Error, Hashable, Sendable {
        package let message = "Invalid date format must be ISO8601 (YYYY-MM-DD)"
    }

    /// How many rows come before the page.
    package var offset: Int { (page - 1) * pageSize }

    private static func day(_ text: String) throws(InvalidDate) -> CalendarDay {
        guard let day = CalendarDay(text) else { throw InvalidDate() }
        return day
    }
}
