// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// What the kernel has accounted to processes so far: processor time of all their threads, and memory.
///
/// Read from a server's processes before and after a load, it tells what a query costs whatever else the machine does.
struct ProcessAccounting: Sendable, Equatable {
    /// Seconds in the program and in the kernel on its behalf; a clock tick (10 ms) is the finest that is known.
    var userSeconds = 0.0
    var systemSeconds = 0.0
    /// KiB of memory that is in use, of which private, and of files; and the share of the processes in it (Pss).
    var residentKiB = 0
    var anonymousKiB = 0
    var fileKiB = 0
    var proportionalKiB = 0

    /// The sums over some processes.
    ///
    /// - Throws: `ControlError` naming a process that cannot be read.
    init(of processes: [Int32]) throws(ControlError) {
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        for process in processes {
            guard let line = Self.text(process, "stat"), let times = Self.ticks(fromStat: line) else {
                throw ControlError("process \(process) cannot be read from /proc")
            }
            userSeconds += Double(times.user) / ticks
            systemSeconds += Double(times.system) / ticks
            let status = Self.fields(Self.text(process, "status") ?? "")
            residentKiB += status["VmRSS"] ?? 0
            anonymousKiB += status["RssAnon"] ?? 0
            fileKiB += (status["RssFile"] ?? 0) + (status["RssShmem"] ?? 0)
            // Only the owner and root may read this one.
            proportionalKiB += Self.fields(Self.text(process, "smaps_rollup") ?? "")["Pss"] ?? 0
        }
    }

    /// utime and stime of a line of /proc/PID/stat; the program's name in it may hold blanks and brackets.
    static func ticks(fromStat line: String) -> (user: UInt64, system: UInt64)? {
        guard let bracket = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: bracket)...].split(separator: " ")
        guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12]) else { return nil }
        return (user, system)
    }

    /// The lines `Name:   number kB` of a text.
    static func fields(_ text: String) -> [String: Int] {
        var fields: [String: Int] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let words = line[line.index(after: colon)...].split { $0 == " " || $0 == "\t" }
            if words.count == 2, words[1] == "kB", let number = Int(words[0]) {
                fields[String(line[..<colon])] = number
            }
        }
        return fields
    }

    private static func text(_ process: Int32, _ file: String) -> String? {
        (try? Data(contentsOf: URL(filePath: "/proc/\(process)/\(file)"))).map { String(decoding: $0, as: UTF8.self) }
    }
}
