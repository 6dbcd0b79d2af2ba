// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import ZoneStore
import ZoneSync

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("zonesync-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A replica in the folder.
    func store(_ name: String = "replica") throws -> ZoneStore {
        try ZoneStore(path: "\(path)/\(name)", mapSize: 16 << 20, digest: ZoneDigest.sha256)
    }
}

struct NotInTime: Error {}

/// Waits until a condition holds. The limit only keeps a broken test from hanging: it decides nothing.
func eventually(
    within limit: Duration = .seconds(60),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NotInTime() }
        try await Task.sleep(for: .milliseconds(2))
    }
}
