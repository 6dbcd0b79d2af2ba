// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
import Domain
package import Logging
import Metrics
import Synchronization
package import ZoneSync

/// Writes down the queries that consumers have counted.
///
/// What waits is bounded by what a consumer may have open (``CountReport/window``); the consumers keep the rest.
package final class CountKeeper: Sendable {
    /// Days back from today that counts may be of.
    private static let recentDays: Int64 = 31

    private let store: AnalyticsStore
    /// Seconds since 1970.
    private let now: @Sendable () -> Int64
    private let logger: Logger
    private let isFailing = Atomic<Bool>(false)

    /// A keeper that writes to `store`.
    package init(store: AnalyticsStore, now: @escaping @Sendable () -> Int64, logger: Logger) {
        self.store = store
        self.now = now
        self.logger = logger
    }

    /// Returns when the database has all of them; each counts once, however often it comes.
    package func keep(_ reports: [CountReport], of node: String) async throws {
        do {
            let today = CalendarDay(Timestamp(seconds: now()))
            _ = try await store.record(reports.map { Self.report($0, of: node, today: today) })
        } catch {
            Counter(label: "glue_count_failures_total").increment()
            if !(error is CancellationError), !isFailing.exchange(true, ordering: .relaxed) {
                logger.warning("counts of queries cannot be kept; trying again", metadata: ["error": "\(error)"])
            }
            throw error
        }
        isFailing.store(false, ordering: .relaxed)
        Counter(label: "glue_count_reports_total").increment(by: reports.count)
    }

    private static func report(_ report: CountReport, of node: String, today: CalendarDay) -> AnalyticsReport {
        var day = CalendarDay(number: Int64(report.day))
        // What a wrong clock put on another day would never be seen, or too late.
        if !(today.advanced(by: -recentDays)...today.advanced(by: 1)).contains(day) { day = today }
        return AnalyticsReport(
            node: node,
            run: report.run,
            sequence: Int64(clamping: report.sequence),
            counts: report.counts.map {
                AnalyticsReport.Count(
                    zoneID: Int64(clamping: $0.zone),
                    day: day,
                    queries: Int64(clamping: $0.queries)
                )
            }
        )
    }
}
