// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport

/// What a process holds, as the kernel counts it.
struct ProcessSize {
    /// Memory of its own in octets: files that are mapped do not count.
    let memory: Int
    /// Open descriptors.
    let descriptors: Int

    /// The process as it is now.
    init(_ process: Int32) throws {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        guard
            let kilobytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Int($0)
            })
        else { throw SupportError("no RssAnon in /proc/\(process)/status") }
        memory = kilobytes * 1_024
        descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }
}
