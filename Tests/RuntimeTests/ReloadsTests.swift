// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Logging
import Synchronization
import Testing

@testable import Runtime

@Suite struct ReloadsTests {
    private struct Refused: Error, CustomStringConvertible {
        var description: String { "the file is empty" }
    }

    /// Counts calls, and fails while it is told to.
    private final class Probe: Sendable {
        let calls = Mutex(0)
        let fails = Mutex(false)

        @Sendable func read() async throws {
            calls.withLock { $0 += 1 }
            if fails.withLock({ $0 }) { throw Refused() }
        }

        var count: Int { calls.withLock { $0 } }
    }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func temporaryFile() -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("reload-\(UUID().uuidString)").path
        _ = FileManager.default.createFile(atPath: path, contents: Data("1".utf8))
        return path
    }

    @Test("All parts are read again, also behind one that fails")
    func all() async {
        let (first, second) = (Probe(), Probe())
        first.fails.withLock { $0 = true }
        let reloads = Reloads()
        reloads.register("first", first.read)
        reloads.register("second", second.read)
        await reloads.reloadAll(logger: logger)
        #expect(first.count == 1)
        #expect(second.count == 1)
    }

    @Test("A part is read once for each change of one of its files, and not for another part's")
    func changes() async throws {
        let (path, other) = (temporaryFile(), temporaryFile())
        defer {
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: other)
        }
        let (probe, bystander) = (Probe(), Probe())
        let reloads = Reloads()
        reloads.register("part", watching: [path], probe.read)
        reloads.register("bystander", watching: [other], bystander.read)
        await reloads.reloadChanged(logger: logger)
        #expect(probe.count == 0)
        try "12".write(toFile: path, atomically: true, encoding: .utf8)
        probe.fails.withLock { $0 = true }
        await reloads.reloadChanged(logger: logger)
        await reloads.reloadChanged(logger: logger)
        #expect(probe.count == 1, "a file that was refused is not read again before it changes")
        try FileManager.default.removeItem(atPath: path)
        await reloads.reloadChanged(logger: logger)
        #expect(probe.count == 2)
        #expect(bystander.count == 0)
    }
}
