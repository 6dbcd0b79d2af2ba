// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A crontab expression in a time zone.
///
/// On days on which clocks change it does as Vixie cron does. An expression with `*` in front of its minute or hour follows
/// the clock: it runs at every minute that the clock shows, twice in an hour that comes twice and not in one that is left
/// out. Any other expression names times of the day: one that is left out runs as soon as the clock has jumped over it, and
/// one that comes twice runs the first time only.
package struct ZonedCrontab: Sendable, Equatable {
    /// As far back as slots are looked for, in seconds: eight years and two days hold a 29 February even around 2100.
    private static let reach: Int64 = 8 * 366 * 86_400

    private let expression: CrontabExpression
    private let zone: TimeZoneRules

    /// Joins an expression and a zone's rules.
    package init(_ expression: CrontabExpression, in zone: TimeZoneRules) {
        self.expression = expression
        self.zone = zone
    }

    /// The start of the latest slot at or before `time`, seconds since 1970; `nil` if there is none.
    func latestSlot(atOrBefore time: Int64) -> Int64? {
        var period = zone.period(at: time)
        var end = time
        while true {
            let start = max(period.start ?? .min, time - Self.reach)
            if let slot = slot(in: period, from: start, through: end) { return slot }
            guard let began = period.start, began > time - Self.reach else { return nil }
            let before = zone.period(at: began - 1)
            if let slot = slotLeftOut(between: before, and: period, at: began) { return slot }
            end = began - 1
            period = before
        }
    }

    /// The latest slot within one period of constant offset.
    private func slot(in period: TimeZoneRules.Period, from start: Int64, through end: Int64) -> Int64? {
        guard let minute = expression.latestMinute(atOrBefore: end + period.offset) else { return nil }
        var first = start + period.offset
        if !expression.hasWildcardTime, let began = period.start {
            // What the clock had shown before it was set back has had its run.
            first = max(first, began + zone.period(at: began - 1).offset)
        }
        return minute >= first ? minute - period.offset : nil
    }

    /// The time at which clocks were set forward, if that left out a time the expression names.
    private func slotLeftOut(
        between before: TimeZoneRules.Period,
        and period: TimeZoneRules.Period,
        at change: Int64
    ) -> Int64? {
        guard !expression.hasWildcardTime, period.offset > before.offset,
            let minute = expression.latestMinute(atOrBefore: change + period.offset - 1),
            minute >= change + before.offset
        else { return nil }
        return change
    }
}
