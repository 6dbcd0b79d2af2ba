// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// Signs zones with programs of others, with keys and signatures that are new in each run.
struct DifferentialSigner {
    /// Who signs.
    enum Program: String, CaseIterable, Sendable {
        case ldns = "ldns-signzone"
        case bind = "dnssec-signzone"
        case knot = "kzonesign"
    }

    /// How names are denied.
    enum Denial: String, CaseIterable, Sendable {
        case nsec
        /// No salt and no iterations, as RFC 9276 wants it.
        case nsec3
        /// Salt, iterations, and unsigned delegations left out.
        case optout
    }

    let program: Program
    let denial: Denial
    private let folder: URL

    /// Works in a new folder below `folder`.
    init(_ program: Program, _ denial: Denial, folder: URL) throws {
        self.program = program
        self.denial = denial
        self.folder = folder.appendingPathComponent("\(program.rawValue)-\(denial.rawValue)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    }

    /// The apex of the zone that is signed this way.
    var apex: String { "\(program.rawValue)-\(denial.rawValue).test." }

    /// The signed zone.
    func sign(_ text: String) throws -> DifferentialZone {
        // A master file without relative names: what our reader makes of the text is what is signed.
        let plain = try DifferentialZone(apex, text: text)
        try write("zone", plain.lines.map { $0 + "\n" }.joined())
        return try DifferentialZone(apex, text: signed())
    }

    private func signed() throws -> String {
        switch program {
        case .ldns:
            let keys = try [[], ["-k"]].map { (flags: [String]) in
                try run("ldns-keygen", flags + ["-a", "ECDSAP256SHA256", apex])
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            }
            let flags: [String] =
                switch denial {
                case .nsec: []
                case .nsec3: ["-n", "-t", "0"]
                case .optout: ["-n", "-p", "-t", "5", "-s", "ab12"]
                }
            _ = try run("ldns-signzone", flags + ["-o", apex, "-f", "signed", "zone"] + keys)
        case .bind:
            for flags in [[], ["-f", "KSK"]] {
                _ = try run("dnssec-keygen", ["-q", "-a", "ECDSAP256SHA256"] + flags + [apex])
            }
            let flags: [String] =
                switch denial {
                case .nsec: []
                case .nsec3: ["-3", "-", "-H", "0"]
                case .optout: ["-3", "ABCD", "-H", "5", "-A"]
                }
            _ = try run("dnssec-signzone", flags + ["-S", "-o", apex, "-O", "full", "-f", "signed", "zone"])
        case .knot:
            try write("knot.conf", knotConfiguration)
            let out = folder.appendingPathComponent("out").path
            _ = try run("kzonesign", ["-c", folder.appendingPathComponent("knot.conf").path, "-o", out, apex])
            return try read("out/zone")
        }
        return try read("signed")
    }

    private var knotConfiguration: String {
        """
        server:
          rundir: \(folder.path)
        database:
          storage: \(folder.path)
        policy:
          - id: p
            algorithm: ecdsap256sha256
            nsec3: \(denial == .nsec ? "off" : "on")
            nsec3-opt-out: \(denial == .optout ? "on" : "off")
            nsec3-iterations: \(denial == .optout ? 5 : 0)
            nsec3-salt-length: 0
        zone:
          - domain: \(apex)
            storage: \(folder.path)
            file: zone
            semantic-checks: off
            dnssec-signing: on
            dnssec-policy: p

        """
    }

    private func run(_ program: String, _ arguments: [String]) throws -> String {
        try ForeignProgram.run(program, arguments, in: folder, allowsFailure: false)
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    private func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }
}
