// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Foundation
import Jobs
import Postgres

/// How jobs are printed for people.
enum JobTable {
    /// Rows in columns two blanks apart.
    static func text(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// The state, and what keeps the job in it.
    static func state(_ job: JobDescription) -> String {
        if job.isCancelRequested { return "\(job.state.rawValue), stopping" }
        return job.isLimited ? "\(job.state.rawValue), limited" : job.state.rawValue
    }

    /// UTC, to the second; `-` for none.
    static func time(_ time: PostgresTimestamp?) -> String {
        guard let time else { return "-" }
        return Date(timeIntervalSince1970: Double(time.seconds)).formatted(.iso8601)
    }
}
