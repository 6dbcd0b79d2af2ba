// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// The zones that one set of servers hosts together.
enum DifferentialWorld: String, CaseIterable, Sendable {
    /// Zones without signatures: parent and child, one below a name that nobody hosts, chance.
    case plain
    /// The same data, signed by three programs in three ways.
    case signed
    /// The root, with a top-level domain of its own and one that is hosted.
    case root

    /// How many questions are asked.
    var questions: Int {
        switch self {
        case .plain: 24_000
        case .signed: 22_500
        case .root: 6_000
        }
    }

    /// The zones; `folder` is for signers.
    func zones(in folder: URL) throws -> [DifferentialZone] {
        switch self {
        case .plain:
            let kid = ["kid NS ns1.kid", "kid NS ns1", "ns1.kid A 192.0.2.53", "kid DS \(Self.digest)"]
            let parent = DifferentialZones.text(.plain, seed: 1, random: 60) + "\n" + kid.joined(separator: "\n")
            return [
                try DifferentialZone("plain.test.", text: parent),
                try DifferentialZone(
                    "kid.plain.test.",
                    text: DifferentialZones.small(["www CNAME web", "*.a NULL \\# 0"])
                ),
                try DifferentialZone("chance.test.", text: DifferentialZones.text(.plain, seed: 2, random: 250)),
                try DifferentialZone("a.un.hosted.test.", text: DifferentialZones.small(["*.b A 192.0.2.7"])),
                try DifferentialZone("occluded.test.", text: DifferentialZones.text(.occluded, seed: 6, random: 150)),
                try DifferentialZone(
                    "apexdname.test.",
                    text: "@ 60 SOA a b 1 2 3 4 5\n@ 60 NS ns.elsewhere.invalid.\n@ 60 DNAME plain.test."
                ),
                try DifferentialZone("single.", text: DifferentialZones.text(.plain, seed: 3, random: 40)),
            ]
        case .signed:
            return try DifferentialSigner.Program.allCases.flatMap { program in
                try DifferentialSigner.Denial.allCases.map { denial in
                    let text = DifferentialZones.text(.toBeSigned, seed: 4, random: 40)
                    return try DifferentialSigner(program, denial, folder: folder).sign(text)
                }
            }
        case .root:
            let kid = ["kid NS ns1.kid", "ns1.kid A 192.0.2.53", "test NS ns1", "invalid NS ns1"]
            return [
                try DifferentialZone(
                    ".",
                    text: DifferentialZones.text(.plain, seed: 5, random: 80) + "\n" + kid.joined(separator: "\n")
                ),
                try DifferentialZone("kid.", text: DifferentialZones.small(["www CNAME web", "*.w CNAME x.dn."])),
            ]
        }
    }

    private static let digest = "12345 13 2 \(String(repeating: "1B", count: 32))"
}
