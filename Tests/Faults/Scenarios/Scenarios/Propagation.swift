// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport

extension FaultScenario {
    /// From the API's answer to the answers of five responders behind a relay.
    static let propagation = propagation(
        "propagation",
        "200 changes a second to five responders behind a relay, from the API's answer to theirs",
        roundTrip: .zero,
        limits: (.milliseconds(50), .milliseconds(250))
    )

    /// The same over a long way.
    static let propagationFar = propagation(
        "propagation-far",
        "the same with 150 ms of round trip between the origin and the relay",
        roundTrip: .milliseconds(150),
        limits: (.seconds(1), .seconds(1))
    )

    private static func propagation(
        _ name: String,
        _ summary: String,
        roundTrip: Duration,
        limits: (median: Duration, tail: Duration)
    ) -> FaultScenario {
        FaultScenario(name, summary) { settings in
            try await FaultStack.with(settings) { stack in
                let samples = settings.size(10_000, quick: 200)
                let (web, glue) = (try stack.web(), try stack.glue())
                let link = try await stack.proxy(to: glue.port)
                link.change { $0.both { $0.delay = roundTrip / 2 } }
                let relay = try stack.relay(upstream: roundTrip == .zero ? glue.port : link.port)
                let responders = try (1...5).map { try stack.responder("responder\($0)", upstream: relay.port) }
                for daemon in [web, glue] { try await daemon.startAndWait() }
                let load = try ChangeLoad(stack, zone: "propagation.example", counts: false)
                for daemon in [relay] + responders { try await daemon.startAndWait() }
                try await stack.waitUntilPublished()
                try await stack.waitForEqualSets(responders.map(\.name))
                let watch = PropagationWatch(load, total: samples)
                let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
                    defer { load.stop() }
                    group.addTask { try await watch.run(at: responders) }
                    try await load.run(perSecond: settings.size(200, quick: 50), limit: samples)
                    // What has not come long after is missing.
                    group.addTask {
                        try await Task.sleep(for: .seconds(60))
                        watch.stop()
                        return []
                    }
                    let latencies = try await group.next() ?? []
                    group.cancelAll()
                    return latencies
                }
                func time(_ share: Double) -> Duration { .microseconds(Int64(latencies.percentile(share) * 1_000)) }
                return [
                    .count("answers that did not come", samples * responders.count - latencies.count),
                    .count("changes that were answered with an error", load.problems.count),
                    .time("p50", time(0.5), limit: limits.median),
                    .time("p99", time(0.99), limit: limits.tail),
                    .time("slowest", time(1)),
                    .told("changes", Double(load.totals.changes)),
                ]
            }
        }
    }
}
