// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport

extension FaultScenario {
    /// What is between PostgreSQL and its clients goes wrong; PostgreSQL itself does not.
    static let databaseLink = FaultScenario(
        "database-link",
        "the connections of web, glue and worker to PostgreSQL are cut, stalled and refused under 50 changes a second",
        quick: false
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let (web, glue, responder) = try await stack.startThree()
            let worker = try stack.worker(["--webhook-allow-private"])
            let sink = try await WebhookSink.start()
            try await stack.zonewright("webhook", "create", "http://127.0.0.1:\(sink.port)/")
            try await worker.startAndWait()
            let load = try ChangeLoad(stack, zone: "link.example")
            for name in load.counterNames { try await stack.waitForAddress([10, 0, 0, 0], of: name, at: [responder]) }
            let watch = AnswerWatch(load.counterNames, at: [responder])
            var probe = ChangeProbe(load, at: responder, to: sink)
            var generator = SeededGenerator(seed: settings.seed)
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer {
                    load.stop()
                    watch.stop()
                }
                group.addTask { try await load.run(perSecond: 50) }
                group.addTask { try await watch.run() }
                for damage in LinkDamage.all {
                    for _ in 0..<settings.size(damage.times, quick: damage.quickTimes) {
                        // Somewhere in the middle of whatever transactions there are.
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<200, using: &generator)))
                        try await damage.act(stack.database, settings, &generator)
                        stack.database.change { $0 = FaultRules() }
                        try await probe.waitForNewChange(damage.name)
                    }
                }
                load.stop()
                watch.stop()
                try await group.waitForAll()
            }
            // A key whose request lost the database stays with it for a minute: too long for a quick run.
            if !settings.isQuick { try await load.settle() }
            let missing = try await load.missing(at: [responder])
            try await stack.waitUntilPublished()
            try await stack.waitForEqualSets(["responder1"])
            let undelivered = await probe.undelivered()
            await sink.stop()
            let found = watch.found
            for line in (missing + found.reverted + found.unanswered + load.problems + undelivered).prefix(20) {
                print("# \(line)")
            }
            print("# why requests were sent again (status, times): \(load.reasons)")
            return [
                .count("acknowledged changes that are missing", missing.count),
                .count("answers that went back", found.reverted.count),
                .count("names twice", try await stack.namesTwice(in: load.zone)),
                .count("serials that went back", probe.serialsBack),
                .count("questions that were not answered", found.unanswered.count),
                .count("changes that were answered with an error", load.problems.count),
                .count("changes that no webhook told of", undelivered.count),
                .count("daemons that ended", [web, glue, worker, responder].filter { !$0.isRunning }.count),
                .count("creations that stayed unsettled", load.unsettled, limit: settings.size(0, quick: nil)),
                .time(
                    "longest from the first change afterwards to its answer",
                    probe.longestToAnswer,
                    limit: .seconds(10)
                ),
                .time("longest from it to its webhook", probe.longestToDelivery),
                .told("changes", Double(load.totals.changes)),
                .told("requests sent again", Double(load.totals.repeats)),
                .told("connections to the database", Double(stack.database.counts.connections)),
                .told("webhooks that came twice", Double(sink.all.events.values.filter { $0 > 1 }.count)),
            ]
        }
    }
}

/// Something that happens to all connections to the database at once.
private struct LinkDamage: Sendable {
    let name: String
    let times: Int
    let quickTimes: Int
    /// Does it, until its end. The proxy is put right afterwards.
    let act: @Sendable (FaultProxy, FaultSettings, inout SeededGenerator) async throws -> Void

    static let all = [
        LinkDamage(name: "reset", times: 30, quickTimes: 3) { proxy, _, _ in proxy.resetConnections() },
        // Whatever a client says comes to its end in the middle of a message, sooner or later.
        LinkDamage(name: "cut after some octets", times: 15, quickTimes: 2) { proxy, settings, generator in
            let octets = Int.random(in: 500..<20_000, using: &generator)
            proxy.change { $0.toServer.truncation = octets }
            try await Task.sleep(for: settings.size(.seconds(2), quick: .milliseconds(500)))
        },
        // The statement was carried out, its answer is lost.
        LinkDamage(name: "answers cut off", times: 15, quickTimes: 2) { proxy, settings, generator in
            let octets = Int.random(in: 500..<20_000, using: &generator)
            proxy.change { $0.toClient.truncation = octets }
            try await Task.sleep(for: settings.size(.seconds(2), quick: .milliseconds(500)))
        },
        LinkDamage(name: "stalled, then all that was held back", times: 5, quickTimes: 1) { proxy, settings, _ in
            proxy.change { $0.both { $0.isBlackholed = true } }
            try await Task.sleep(for: settings.size(.seconds(10), quick: .seconds(2)))
        },
        LinkDamage(name: "answers stalled, then reset", times: 5, quickTimes: 1) { proxy, settings, _ in
            proxy.change { $0.toClient.isBlackholed = true }
            try await Task.sleep(for: settings.size(.seconds(10), quick: .seconds(2)))
            proxy.resetConnections()
        },
        LinkDamage(name: "reset and refused", times: 5, quickTimes: 1) { proxy, settings, _ in
            proxy.change { $0.refusesConnections = true }
            proxy.resetConnections()
            try await Task.sleep(for: settings.size(.seconds(5), quick: .seconds(1)))
        },
    ]
}
