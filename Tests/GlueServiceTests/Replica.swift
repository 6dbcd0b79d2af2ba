// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Logging
import ZoneStore
import ZoneSync

/// A replica in a temporary folder that follows a glue: a new one, or the one that another has left.
struct Replica {
    let folder: URL
    let store: ZoneStore
    private let client: FollowerClient

    init(
        port: Int,
        name: String = "replica",
        site: String = "",
        region: String = "",
        address: String = "",
        reports: ReportQueue? = nil,
        after before: Replica? = nil
    ) throws {
        if let before {
            (folder, store) = (before.folder, before.store)
        } else {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("replica-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            store = try ZoneStore(path: folder.path, mapSize: 64 << 20, readOnly: false, digest: ZoneDigest.sha256)
        }
        var configuration = FollowerClient.Configuration(
            node: OriginNode(
                name: name,
                role: "responder",
                software: "tests",
                site: site,
                region: region,
                address: address
            ),
            upstreams: [FollowerClient.Upstream(host: "127.0.0.1", port: port)]
        )
        configuration.reports = reports
        client = FollowerClient(configuration: configuration, store: store, logger: Logger(label: "tests"))
    }

    /// Where its follower stands.
    var status: FollowerStatus { client.status }

    /// Has counts reported that were added since.
    func reportSoon() {
        client.reportSoon()
    }

    /// Follows while `body` runs; with `keeping`, the folder stays for another time.
    func following(keeping: Bool = false, _ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            defer { group.cancelAll() }
            try await body()
        }
        if !keeping { try FileManager.default.removeItem(at: folder) }
    }
}

/// Waits until `condition` holds; false when it does not in a minute.
func eventually(_ condition: @Sendable () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
