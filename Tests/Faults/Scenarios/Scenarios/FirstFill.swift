// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres
import TestSupport

extension FaultScenario {
    /// An empty responder gets everything.
    static let firstFill = FaultScenario(
        "first-fill",
        "1,000,000 zones with 10,000,000 records to an empty responder; a second one, behind a relay, costs the database nothing"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let zones = settings.size(1_000_000, quick: 2_000)
            let (web, glue) = (try stack.web(), try stack.glue())
            try await BulkZones(stack: stack, count: zones).load()
            for daemon in [web, glue] { try await daemon.startAndWait() }
            try stack.makeZone("first.example")
            try await stack.waitUntilPublished()
            let expected = try await ReplicaState(published: stack)

            let first = try stack.responder("first", upstream: glue.port)
            let fill = try await stack.fill([first], "first", expected)
            let answer = try FaultStack.ask("h0.z\(zones - 1).example.", port: first.port)

            let relay = try stack.relay(upstream: glue.port)
            let second = try stack.responder("second", upstream: relay.port)
            let relayed = try await stack.fill([relay], "relay1", expected)
            let before = try await stack.rowsRead()
            let behind = try await stack.fill([second], "second", expected)
            let after = try await stack.rowsRead()
            return [
                .count("records that are not answered", answer?.count == 1 ? 0 : 1),
                .time("first fill of a responder", fill, limit: .seconds(60)),
                .time("first fill of a relay", relayed),
                .time("first fill of a responder behind the relay", behind),
                // What the origin reads while nothing happens is in it.
                .measured("rows that the database read for it", Double(after - before), "", limit: Double(zones) / 100),
                .told("zones", Double(zones)), .told("records", Double(zones * BulkZones.records)),
                .told("the origin's memory", glue.memory, "MiB"), .told("the responder's memory", first.memory, "MiB"),
            ]
        }
    }
}

extension FaultStack {
    /// Starts followers and waits until the replica of one holds what it should; how long that took.
    fileprivate func fill(_ daemons: [ManagedDaemon], _ name: String, _ expected: ReplicaState) async throws -> Duration
    {
        let start = ContinuousClock.now
        for daemon in daemons { try daemon.start() }
        let folder = replica(name)
        try await waitUntil("\(name) holds everything", limit: .seconds(600), every: .milliseconds(100)) {
            ReplicaState(folder: folder) == expected && ReplicaState.position(folder: folder) ?? 0 > 0
        }
        let time = ContinuousClock.now - start
        for daemon in daemons { try await daemon.waitUntilReady() }
        return time
    }

    /// Rows that the database has read so far, from tables and by indexes. The server tells within a second.
    fileprivate func rowsRead() async throws -> Int64 {
        try await Task.sleep(for: .milliseconds(1_500))
        return try await number(
            "SELECT tup_returned + tup_fetched FROM pg_stat_database WHERE datname = current_database()"
        )
    }
}
