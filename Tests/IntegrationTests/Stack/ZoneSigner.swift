// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport

/// Signs zone files with the tools of others, in a folder of its own that goes with it. The keys stay the same.
final class ZoneSigner {
    /// A tool, and how it denies names.
    enum Kind: String, CaseIterable {
        case ldnsNSEC = "ldns-nsec"
        case ldnsNSEC3 = "ldns-nsec3"
        case ldnsOptOut = "ldns-optout"
        case bindNSEC = "bind-nsec"
        case bindNSEC3 = "bind-nsec3"
        case bindOptOut = "bind-optout"
    }

    let zone: String
    private let kind: Kind
    private let folder: String

    init(zone: String, _ kind: Kind) async throws {
        self.zone = zone
        self.kind = kind
        folder = "/tmp/zonewright-signer-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        switch kind {
        case .ldnsNSEC, .ldnsNSEC3, .ldnsOptOut:
            try await shell(
                "ldns-keygen -a ECDSAP256SHA256 -k \(zone) >ksk && ldns-keygen -a ECDSAP256SHA256 \(zone) >zsk"
            )
        case .bindNSEC, .bindNSEC3, .bindOptOut:
            try await shell(
                """
                dnssec-keygen -q -a ECDSAP256SHA256 -f KSK \(zone) >ksk && dnssec-keygen -q -a ECDSAP256SHA256 \(zone) >zsk
                cat $(cat ksk).key $(cat zsk).key >keys
                """
            )
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Signs the records; returns the path of the signed file, which the validator of ldns has accepted.
    func sign(_ text: String, named name: String = "zone") async throws -> String {
        let path = "\(folder)/\(name)"
        try "$ORIGIN \(zone).\n\(text)\n".write(toFile: path, atomically: true, encoding: .utf8)
        switch kind {
        case .ldnsNSEC: try await shell("ldns-signzone -f \(name).signed \(name) $(cat ksk) $(cat zsk)")
        case .ldnsNSEC3:
            try await shell("ldns-signzone -n -s abcd -t 3 -f \(name).signed \(name) $(cat ksk) $(cat zsk)")
        case .ldnsOptOut: try await shell("ldns-signzone -n -p -f \(name).signed \(name) $(cat ksk) $(cat zsk)")
        case .bindNSEC: try await signWithBIND(name, "")
        case .bindNSEC3: try await signWithBIND(name, "-3 abcd -H 3")
        case .bindOptOut: try await signWithBIND(name, "-A -3 -")
        }
        try await verify("\(path).signed")
        return "\(path).signed"
    }

    /// Throws unless the validator of ldns finds the file correct.
    func verify(_ path: String) async throws {
        try await shell("ldns-verify-zone \(path)")
    }

    private func signWithBIND(_ name: String, _ options: String) async throws {
        try await shell(
            "cat keys >>\(name) && dnssec-signzone -q -O full -o \(zone) \(options) -f \(name).signed \(name)"
        )
    }

    private func shell(_ script: String) async throws {
        let process = try DaemonProcess(
            name: "sh",
            program: "/bin/sh",
            arguments: ["-ec", "cd \(folder)\n\(script)"]
        )
        let status = try await process.waitForExit(timeout: .seconds(120))
        guard status == 0 else { throw SupportError("\(script): status \(status): \(process.log)") }
    }
}
