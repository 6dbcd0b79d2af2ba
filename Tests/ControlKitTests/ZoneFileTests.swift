// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Testing

@testable import ControlKit

@Suite struct ZoneFileTests {
    private let folder = NSTemporaryDirectory() + "zonewright-zones-\(UUID().uuidString)"

    @Test("a folder gives its NAME.zone files, a file the zone it is named after")
    func names() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["b.example.zone", "a.example.zone", "notes.txt", "root.zone"] {
            try "x".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        #expect(try ZoneFile.files(at: folder, name: nil).map(\.name) == ["a.example", "b.example", "."])
        #expect(try ZoneFile.files(at: "\(folder)/a.example.zone", name: nil).map(\.name) == ["a.example"])
        #expect(
            try ZoneFile.files(at: folder, name: nil, isSigned: true).map(\.name) == ["a.example", "b.example", "."]
        )
        #expect(try ZoneFile.files(at: "\(folder)/notes.txt", name: "c.example").map(\.name) == ["c.example"])
    }

    @Test("of signed zones a folder gives what signers write, each with the name of its zone")
    func signedNames() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["b.example.signed", "a.example.zone", "a.example.zone.signed", "dsset-a.example."] {
            try "x".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        let files = try ZoneFile.files(at: folder, name: nil, isSigned: true)
        #expect(files.map(\.name) == ["a.example", "b.example"])
        #expect(files.map(\.path) == ["\(folder)/a.example.zone.signed", "\(folder)/b.example.signed"])
        #expect(try ZoneFile.files(at: folder, name: nil).map(\.path) == ["\(folder)/a.example.zone"])
    }

    @Test("nothing there, an empty folder, and a name for a folder are refused by name")
    func refusals() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect { try ZoneFile.files(at: folder + "/none", name: nil) } throws: { "\($0)".contains("/none") }
        #expect { try ZoneFile.files(at: folder, name: nil) } throws: { "\($0)".contains("no NAME.zone files") }
        #expect { try ZoneFile.files(at: folder, name: "x") } throws: { "\($0)".contains("--name") }
    }
}
