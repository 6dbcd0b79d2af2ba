// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Testing
import ZoneStore

/// Programs of others that sign zones and check answers, in a folder that goes with the value.
final class SignedZonePrograms {
    let folder: URL

    /// Who signs.
    enum Signer: String, CaseIterable, Sendable {
        case ldns = "ldns-signzone"
        case bind = "dnssec-signzone"
        case knot = "kzonesign"
    }

    /// How names are denied.
    enum Denial: String, CaseIterable, Sendable {
        case nsec
        case nsec3
        case optOut
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("signed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs a program in the folder: what it printed.
    func run(_ name: String, _ arguments: [String], allowsFailure: Bool = false) throws -> String {
        let path =
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/sbin", "/usr/bin"]
        let found = path.map { URL(fileURLWithPath: "\($0)/\(name)") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        let executable: URL = try #require(found, "\(name) is needed: run Deploy/scripts/install-packages test")
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // Files, not pipes: a full pipe that nobody reads would stop the program.
        let output = folder.appendingPathComponent("output")
        try Data().write(to: output)
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
        if !allowsFailure { try #require(process.terminationStatus == 0, "\(name): \(text)") }
        return text
    }

    /// Signs the zone `z.`, which ECDSA keys are made for: the signed zone's text.
    func sign(_ text: String, with signer: Signer, _ denial: Denial) throws -> String {
        try write("zone", "$ORIGIN z.\n\(text)\n")
        switch signer {
        case .ldns: return try signWithLDNS(denial)
        case .bind: return try signWithBIND(denial)
        case .knot: return try signWithKnot(denial)
        }
    }

    private func signWithLDNS(_ denial: Denial) throws -> String {
        let keys = try [[], ["-k"]].map { (flags: [String]) in
            let printed = try run("ldns-keygen", flags + ["-a", "ECDSAP256SHA256", "z"])
            return printed.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let flags: [Denial: [String]] = [
            .nsec: [], .nsec3: ["-n", "-t", "0"], .optOut: ["-n", "-p", "-t", "2", "-s", "ab"],
        ]
        _ = try run("ldns-signzone", flags[denial, default: []] + ["-o", "z", "-f", "signed", "zone"] + keys)
        return try read("signed")
    }

    private func signWithBIND(_ denial: Denial) throws -> String {
        for flags in [[], ["-f", "KSK"]] {
            _ = try run("dnssec-keygen", ["-q", "-a", "ECDSAP256SHA256"] + flags + ["z"])
        }
        let flags: [Denial: [String]] = [.nsec: [], .nsec3: ["-3", "-"], .optOut: ["-3", "ABCD", "-H", "3", "-A"]]
        let common = ["-S", "-o", "z", "-O", "full", "-f", "signed", "zone"]
        _ = try run("dnssec-signzone", flags[denial, default: []] + common)
        return try read("signed")
    }

    private func signWithKnot(_ denial: Denial) throws -> String {
        let isHashed = denial == .nsec ? "off" : "on"
        let isOptOut = denial == .optOut ? "on" : "off"
        try write(
            "knot.conf",
            """
            server:
              rundir: \(folder.path)
            database:
              storage: \(folder.path)
            policy:
              - id: p
                algorithm: ecdsap256sha256
                nsec3: \(isHashed)
                nsec3-opt-out: \(isOptOut)
                nsec3-iterations: 1
                nsec3-salt-length: 4
            zone:
              - domain: z
                storage: \(folder.path)
                file: zone
                dnssec-signing: on
                dnssec-policy: p

            """
        )
        let out = folder.appendingPathComponent("out").path
        _ = try run("kzonesign", ["-c", folder.appendingPathComponent("knot.conf").path, "-o", out, "z."])
        return try read("out/zone")
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    private func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }
}
