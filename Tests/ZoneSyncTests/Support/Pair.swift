// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import NIOCore
import ZoneStore
import ZoneSync

/// Runs an origin server over a source while `body` runs.
func withOrigin<Result: Sendable>(
    _ source: MemorySource,
    port: Int = 0,
    maximumReplay: UInt64 = 100_000,
    _ body: (OriginServer, FollowerClient.Upstream) async throws -> Result
) async throws -> Result {
    var configuration = OriginServer.Configuration(host: "127.0.0.1", port: port, nodeName: "glue-test")
    configuration.pingInterval = .milliseconds(50)
    configuration.maximumReplay = maximumReplay
    configuration.checkpointInterval = .milliseconds(100)
    let server = try await OriginServer.bind(configuration, source: source, logger: .silent)
    let upstream = FollowerClient.Upstream(host: "127.0.0.1", port: server.localAddress?.port ?? 0)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        do {
            let result = try await body(server, upstream)
            server.drain()
            try await group.waitForAll()
            return result
        } catch {
            server.drain()
            throw error
        }
    }
}

/// Runs a follower of `upstreams` while `body` runs.
func withFollower<Result: Sendable>(
    _ store: ZoneStore,
    _ upstreams: [FollowerClient.Upstream],
    node: String = "test",
    window: Int = ProtocolLimits.defaultWindow,
    reports: ReportQueue? = nil,
    _ body: (FollowerClient) async throws -> Result
) async throws -> Result {
    var configuration = FollowerClient.Configuration(
        node: OriginNode(name: node, role: "responder", software: "test"),
        upstreams: upstreams
    )
    configuration.window = window
    configuration.reports = reports
    // A busy machine must not look like a silent origin.
    configuration.silenceLimit = .seconds(30)
    let client = FollowerClient(configuration: configuration, store: store, logger: .silent)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        defer { group.cancelAll() }
        return try await body(client)
    }
}

extension Logger {
    /// A logger that says nothing.
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
