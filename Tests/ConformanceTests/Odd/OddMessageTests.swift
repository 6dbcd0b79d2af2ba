// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport
import Testing

/// Malformed and odd messages for us, NSD, Knot and BIND.
@Suite struct OddMessageTests {
    @Test("each server does what the table says with odd messages, and each difference has a reason")
    func table() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("odd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = "@ 60 SOA ns1 a 1 2 3 4 5\n@ 60 NS ns1\nns1 60 A 192.0.2.53\nweb 60 A 192.0.2.80"
        let zones = [try DifferentialZone("odd.test.", text: text)]
        let primary = try await DifferentialPrimary(zones: zones, folder: folder.path)
        var found: [String: [String]] = [:]
        try await primary.run {
            found["ours"] = try OddMessage.all.map { try OddAnswer.line(for: $0.octets, port: primary.port) }
        }
        for make in DifferentialServer.Make.allCases {
            let server = try DifferentialServer(make, zones: zones, folder: folder.path)
            try await server.waitUntilReady(zones)
            found[make.rawValue] = try OddMessage.all.map { try OddAnswer.line(for: $0.octets, port: server.port) }
            try await server.stop()
        }
        for (index, message) in OddMessage.all.enumerated() {
            #expect(found["ours"]?[index] == message.ours, "ours: \(message.name)")
            for make in DifferentialServer.Make.allCases {
                let expected = message.others[make] ?? message.ours
                #expect(found[make.rawValue]?[index] == expected, "\(make.rawValue): \(message.name)")
            }
            #expect(message.others.isEmpty == message.reason.isEmpty, "\(message.name): a reason for each difference")
        }
        #expect(Set(OddMessage.all.map(\.name)).count == OddMessage.all.count)
    }
}
