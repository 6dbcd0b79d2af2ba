// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Testing

/// A name server's own program for checking master files.
enum ZoneChecker: String, CaseIterable, Sendable {
    /// BIND's.
    case bind = "named-checkzone"
    /// NSD's.
    case nsd = "nsd-checkzone"
    /// Knot's; it prints no zones.
    case knot = "kzonecheck"

    /// Whether a program took a zone, what it said, and the zone as it printed it.
    struct Verdict {
        var isAccepted: Bool
        var log: String
        var dump: [UInt8]?
    }

    /// Has the program check `text` as the zone `name`.
    func check(_ text: [UInt8], zone name: Name) throws -> Verdict {
        try withTemporaryFolder { folder in try check(text, zone: name, in: folder) }
    }

    private func check(_ text: [UInt8], zone name: Name, in folder: URL) throws -> Verdict {
        let file = folder.appendingPathComponent("zone")
        let dump = folder.appendingPathComponent("dump")
        let output = folder.appendingPathComponent("output")
        try Data(text).write(to: file)
        let executable: URL = try #require(
            self.executable,
            "\(rawValue) is needed: it comes with nsd, bind9-utils or knot-dnssecutils"
        )
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments(zone: name.text, file: file.path, dump: dump.path)
        try Data().write(to: output)
        let log = try FileHandle(forWritingTo: output)
        try Data().write(to: dump)
        let standardOutput = try FileHandle(forWritingTo: dump)
        // Files, not pipes: a full pipe that nobody reads would stop the program.
        process.standardError = log
        process.standardOutput = self == .nsd ? standardOutput : log
        try process.run()
        process.waitUntilExit()
        return Verdict(
            isAccepted: process.terminationStatus == 0,
            log: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            dump: self == .knot ? nil : Array(try Data(contentsOf: dump))
        )
    }

    private var executable: URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (path.split(separator: ":") + ["/usr/sbin", "/usr/bin"])
            .map { URL(fileURLWithPath: "\($0)/\(rawValue)") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// BIND's opinions on host names and on what names in RDATA point at are not about the form.
    private func arguments(zone: String, file: String, dump: String) -> [String] {
        switch self {
        case .bind: ["-k", "ignore", "-n", "ignore", "-i", "none", "-r", "ignore", "-D", "-o", dump, zone, file]
        case .nsd: ["-p", zone, file]
        case .knot: ["-v", "-d", "off", "-o", zone, file]
        }
    }
}
