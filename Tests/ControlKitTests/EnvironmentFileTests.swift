// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Testing

@testable import ControlKit

@Suite struct EnvironmentFileTests {
    @Test("what is written is read back, quotes and all")
    func roundTrip() throws {
        let path = NSTemporaryDirectory() + "zonewright-env-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = EnvironmentFile([("A", "plain"), ("B", "it's"), ("C", ""), ("D", "a=b c$d")])
        try StateFolder.writePrivate(file.text, to: path)
        let read = try #require(EnvironmentFile(path: path))
        #expect(read.variables.map(\.name) == ["A", "B", "C", "D"])
        #expect(read.variables.map(\.value) == ["plain", "it's", "", "a=b c$d"])
    }

    @Test("a shell reads the same values")
    func shell() throws {
        let path = NSTemporaryDirectory() + "zonewright-env-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try StateFolder.writePrivate(EnvironmentFile([("VALUE", "it's $HOME `x`")]).text, to: path)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", ". \(path); printf %s \"$VALUE\""]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(String(decoding: data, as: UTF8.self) == "it's $HOME `x`")
    }

    @Test("secrets are readable by their owner only, and stay the same")
    func secrets() throws {
        let folder = StateFolder(NSTemporaryDirectory() + "zonewright-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        try folder.create()
        let secret = try folder.secret("web")
        #expect(secret.utf8.count == 64)
        #expect(try folder.secret("web") == secret)
        #expect(try folder.secret("glue") != secret)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.secrets + "/web")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
}
