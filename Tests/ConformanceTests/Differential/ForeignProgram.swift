// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// Programs of others that run to an end.
enum ForeignProgram {
    /// What a program printed.
    static func run(
        _ name: String,
        _ arguments: [String],
        in folder: URL,
        allowsFailure: Bool = true
    ) throws -> String {
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let found = (path + ["/usr/sbin", "/usr/bin"]).map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else { throw SecondaryError("there is no \(name): make packages-test") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: found)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // Files, not pipes: a full pipe that nobody reads would stop the program.
        let output = folder.appendingPathComponent("output-\(UUID().uuidString)")
        try Data().write(to: output)
        let handle = try FileHandle(forWritingTo: output)
        defer {
            try? handle.close()
            try? FileManager.default.removeItem(at: output)
        }
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
        if !allowsFailure, process.terminationStatus != 0 { throw SecondaryError("\(name): \(text)") }
        return text
    }
}
