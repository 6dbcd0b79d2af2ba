// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

/// A time as the daemons' options have it: `250ms`, `10s`, `5m`, `2h`, `1d`; a bare number is seconds.
struct TimeSpan: ExpressibleByArgument, Equatable {
    let duration: Duration

    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    init(duration: Duration) {
        self.duration = duration
    }

    /// Nil for what is no time, and for one above 365 days.
    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        let suffix = argument.dropFirst(digits.count)
        guard let number = Int64(digits),
            let unit = Self.units.first(where: { $0.suffix == (suffix.isEmpty ? "s" : suffix) })
        else { return nil }
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
        guard !overflow, milliseconds <= 365 * 86_400_000 else { return nil }
        duration = .milliseconds(milliseconds)
    }

    /// The shortest way to write it, whole milliseconds.
    var text: String {
        let milliseconds = Int64(duration / .milliseconds(1))
        for unit in Self.units.reversed() where milliseconds > 0 && milliseconds % unit.milliseconds == 0 {
            return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
        }
        return "\(milliseconds)ms"
    }

    var defaultValueDescription: String { text }
}
