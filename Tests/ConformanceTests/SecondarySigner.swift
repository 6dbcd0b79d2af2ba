// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport

/// Signs versions of the zone with Knot's `kzonesign`, with the same keys and a chain of NSEC3 records.
struct SecondarySigner {
    private let folder: String

    /// A signer whose keys are kept in a folder.
    init(folder: String) throws {
        self.folder = folder + "/signer"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        let configuration = """
            database:
                storage: "\(self.folder)"
            policy:
              - id: signed
                algorithm: ecdsap256sha256
                nsec3: on
                nsec3-iterations: 0
                nsec3-salt-length: 0
            zone:
              - domain: \(SecondaryZone.name)
                storage: "\(self.folder)"
                file: zone
                dnssec-signing: on
                dnssec-policy: signed
                serial-policy: increment

            """
        try configuration.write(toFile: self.folder + "/knot.conf", atomically: true, encoding: .utf8)
    }

    /// The signed form of a zone file with a greater serial; signatures in it that are still good are kept.
    func sign(_ file: String) throws -> String {
        let text = file.replacing(/(hostmaster\.secondary\.example\. )([0-9]+)/) { match in
            "\(match.output.1)\((UInt32(match.output.2) ?? 0) + 1)"
        }
        let out = folder + "/out"
        try? FileManager.default.removeItem(atPath: out)
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        try text.write(toFile: folder + "/zone", atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/kzonesign")
        process.arguments = ["-c", folder + "/knot.conf", "-o", out, SecondaryZone.name]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let log = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, let file = try FileManager.default.contentsOfDirectory(atPath: out).first
        else { throw SecondaryError("kzonesign: \(log)") }
        return try String(contentsOfFile: out + "/" + file, encoding: .utf8)
    }
}
