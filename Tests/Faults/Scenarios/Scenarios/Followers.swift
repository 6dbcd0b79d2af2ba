// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport

extension FaultScenario {
    /// Very many followers, some of which take nothing any more.
    static let followers = FaultScenario(
        "followers",
        "100 followers at 100 changes a second, with and without 10 of them stalled: bounded memory, the others unmoved"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let count = settings.size(100, quick: 20)
            let stalled = count / 10
            let (web, glue) = (try stack.web(), try stack.glue())
            for daemon in [web, glue] { try await daemon.startAndWait() }
            let alone = try await FollowerRun(stack, glue, healthy: count - stalled, stalled: 0).run()
            let beside = try await FollowerRun(stack, glue, healthy: count - stalled, stalled: stalled).run()
            return [
                .count("changes that did not arrive at the healthy ones", alone.lost + beside.lost),
                .count("healthy ones that lost their connection", alone.ended + beside.ended),
                .measured("the origin's memory at its greatest", max(alone.memory, beside.memory), "MiB", limit: 300),
                .told("p50 without stalled ones", alone.latencies.percentile(0.5), "ms"),
                .told("p99 without stalled ones", alone.latencies.percentile(0.99), "ms"),
                .told("p50 of the others beside stalled ones", beside.latencies.percentile(0.5), "ms"),
                .measured(
                    "p99 of the others beside stalled ones",
                    beside.latencies.percentile(0.99),
                    "ms",
                    limit: alone.latencies.percentile(0.99) * 1.1
                ),
                .told("stalled ones that the origin let go", Double(beside.letGo)),
                .told("followers", Double(count)),
            ]
        }
    }
}

/// Changes with a number of followers, of which some stall.
private struct FollowerRun {
    /// What came of it.
    struct Outcome {
        /// From the API's answer to a healthy follower, of each change at each, sorted.
        let latencies: [Double]
        let lost: Int
        let ended: Int
        let letGo: Int
        let memory: Double
    }

    private let stack: FaultStack
    private let glue: ManagedDaemon
    private let healthy: Int
    private let stalled: Int

    init(_ stack: FaultStack, _ glue: ManagedDaemon, healthy: Int, stalled: Int) {
        self.stack = stack
        self.glue = glue
        self.healthy = healthy
        self.stalled = stalled
    }

    func run() async throws -> Outcome {
        let changes = stack.settings.size(6_000, quick: 120)
        let load = try ChangeLoad(stack, zone: "beside\(stalled).example", counts: false)
        try await stack.waitUntilPublished()
        let arrivals = FollowerArrivals(of: load.zone)
        var followers: [SimulatedFollower] = []
        for number in 0..<(healthy + stalled) {
            followers.append(
                try await SimulatedFollower.start(
                    "beside\(stalled)-\(number)",
                    port: glue.port,
                    stalls: number >= healthy,
                    arrivals: arrivals
                )
            )
        }
        try await waitUntil("the origin knows all followers") {
            glue.metric("glue_consumers") ?? 0 >= Double(followers.count)
        }
        let memory = try await withThrowingTaskGroup(of: Double.self) { group in
            group.addTask { try await watchMemory() }
            try await load.run(perSecond: 100, limit: changes)
            if let problem = load.problems.first { throw FaultError(problem) }
            // What has not come by then is counted as lost.
            _ = try? await waitUntil("everything has arrived", limit: .seconds(60)) {
                arrivals.count >= healthy * changes
            }
            group.cancelAll()
            return try await group.next() ?? 0
        }
        let acknowledged = load.acknowledgements
        let latencies = arrivals.all.compactMap { arrival in
            acknowledged[arrival.name].map { max(0, (arrival.at - $0) / .milliseconds(1)) }
        }.sorted()
        let outcome = Outcome(
            latencies: latencies,
            lost: healthy * changes - latencies.count,
            ended: followers[..<healthy].filter { !$0.isConnected }.count,
            letGo: followers[healthy...].reduce(0) { $0 + $1.connections - 1 },
            memory: memory
        )
        for follower in followers { await follower.stop() }
        return outcome
    }

    /// The greatest resident memory of the origin until cancelled.
    private func watchMemory() async throws -> Double {
        var greatest = 0.0
        while !Task.isCancelled {
            greatest = max(greatest, glue.residentMemory)
            try? await Task.sleep(for: .milliseconds(100))
        }
        return greatest
    }
}
