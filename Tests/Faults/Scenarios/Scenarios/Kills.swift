// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Postgres
import Synchronization
import TestSupport

extension FaultScenario {
    /// Random `kill -9` of everything under load.
    static let kills = FaultScenario(
        "kills",
        "kill -9 of web, glue, relay, responder, worker and PostgreSQL at random, under 50 changes a second"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let kills = settings.size(100, quick: 2)
            let (web, worker, glue) = (try stack.web(), try stack.worker(), try stack.glue())
            let relay = try stack.relay(upstream: glue.port)
            let responders = try (1...2).map { try stack.responder("responder\($0)", upstream: relay.port) }
            let daemons = [web, worker, glue, relay] + responders
            for daemon in [web, worker, glue] { try await daemon.startAndWait() }
            let load = try ChangeLoad(stack, zone: "kills.example")
            for daemon in [relay] + responders { try await daemon.startAndWait() }
            for name in load.counterNames {
                try await stack.waitForAddress([10, 0, 0, 0], of: name, at: responders)
            }
            let watch = AnswerWatch(load.counterNames, at: responders)
            var generator = SeededGenerator(seed: settings.seed)
            // One responder is killed, the other one must answer throughout.
            var victims: [ManagedDaemon?] = [web, glue, relay, responders[0], worker, nil].flatMap {
                [ManagedDaemon?](repeating: $0, count: kills)
            }
            victims.shuffle(using: &generator)
            let order = victims
            let pauses = order.map { _ in Int.random(in: 0..<300, using: &generator) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await load.run(perSecond: 50) }
                group.addTask { try await watch.run() }
                defer {
                    load.stop()
                    watch.stop()
                }
                for (victim, pause) in zip(order, pauses) {
                    try await Task.sleep(for: .milliseconds(pause))
                    let start = ContinuousClock.now
                    if let victim {
                        try await victim.crash()
                        try victim.start()
                    } else {
                        try await stack.cluster.crash()
                        try await stack.cluster.start()
                    }
                    // The next one is killed whether this one is ready or not, every third time.
                    if pause % 3 != 0 { try await victim?.waitUntilReady() }
                    print("# \(victim?.name ?? "postgres") \(ContinuousClock.now - start)")
                }
                for daemon in daemons { try await daemon.waitUntilReady() }
                load.stop()
                watch.stop()
                try await group.waitForAll()
            }
            // A key stays with a process that was killed for a minute: too long for a quick run.
            if !settings.isQuick { try await load.settle() }
            let missing = try await load.missing(at: responders)
            try await stack.waitUntilPublished()
            try await stack.waitForEqualSets([relay.name] + responders.map(\.name))
            let twice = try await stack.namesTwice(in: load.zone)
            let found = watch.found
            let alwaysUp = found.unanswered.filter { $0.hasSuffix(" at \(responders[1].name)") }
            for line in (missing + found.reverted + alwaysUp + load.problems).prefix(20) { print("# \(line)") }
            let totals = load.totals
            print("# why requests were sent again (status, times): \(load.reasons)")
            return [
                .count("acknowledged changes that are missing in the end", missing.count),
                .count("answers that went back", found.reverted.count),
                .count("names twice", twice),
                .count("changes that were answered with an error", load.problems.count),
                .count("questions that the responder that was not killed did not answer", alwaysUp.count),
                .count("creations that stayed unsettled", load.unsettled, limit: settings.size(0, quick: nil)),
                .told("kills", Double(order.count)), .told("acknowledged changes", Double(totals.changes)),
                .told("requests sent again", Double(totals.repeats)), .told("questions", Double(found.asked)),
            ]
        }
    }
}

extension FaultStack {
    /// How many names of a zone, of those that changes make, have more than one record.
    func namesTwice(in zone: String) async throws -> Int {
        let pool = try cluster.pool()
        defer { pool.close() }
        return try await pool.query(
            """
            SELECT r.name FROM app.record r JOIN app.zone z ON z.id = r.zone_id
            WHERE z.name = \(zone) AND r.type = 'A' GROUP BY r.name HAVING count(*) > 1
            """
        ).count
    }
}
