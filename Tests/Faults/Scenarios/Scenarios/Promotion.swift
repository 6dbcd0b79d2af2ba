// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Foundation
import Postgres
import TestSupport

extension FaultScenario {
    /// The primary dies, its synchronous replica takes over.
    static let promotionSync = FaultScenario(
        "promotion-sync",
        "the primary is killed under load and its synchronous replica promoted: nothing acknowledged is lost"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let (web, glue, responder) = try await stack.startThree()
            let replica = try stack.cluster.copy(named: "replica1", following: stack.cluster.port)
            stack.keep(replica)
            try await replica.start()
            try await stack.execute(
                "ALTER SYSTEM SET synchronous_standby_names = 'replica1'",
                "SELECT pg_reload_conf()"
            )
            try await waitUntil("the replica is synchronous") {
                try await stack.number(
                    "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
                ) == 1
            }
            let epoch = try await stack.epoch()
            let load = try ChangeLoad(stack, zone: "sync.example")
            let watch = AnswerWatch(load.counterNames, at: [responder])
            try await stack.waitForAddress([10, 0, 0, 0], of: load.counterNames.last ?? "", at: [responder])
            let gap = try await withThrowingTaskGroup(of: Void.self) { group in
                defer {
                    load.stop()
                    watch.stop()
                }
                group.addTask { try await load.run(perSecond: 50) }
                group.addTask { try await watch.run() }
                try await Task.sleep(for: settings.size(.seconds(10), quick: .seconds(1)))
                try await stack.cluster.crash()
                try replica.promote()
                stack.use(replica)
                // A commit must not wait for a replica of the new primary.
                try await stack.execute("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
                let before = load.totals.changes
                let gap = try await waitUntil("changes are acknowledged again") { load.totals.changes > before + 8 }
                try await Task.sleep(for: settings.size(.seconds(5), quick: .milliseconds(500)))
                load.stop()
                watch.stop()
                try await group.waitForAll()
                return gap
            }
            for daemon in [web, glue] { try await daemon.waitUntilReady() }
            let missing = try await load.missing(at: [responder])
            try await stack.waitUntilPublished()
            try await stack.waitForEqualSets(["responder1"])
            let found = watch.found
            let newEpoch = try await stack.epoch()
            for line in (missing + found.reverted + load.problems).prefix(20) { print("# \(line)") }
            return [
                .count("acknowledged changes that are lost", missing.count),
                .count("answers that went back", found.reverted.count),
                .count("questions without an answer", found.unanswered.count),
                .count("changes that were answered with an error", load.problems.count),
                .count("epochs that stayed the same", newEpoch == epoch ? 1 : 0),
                .time("without acknowledgements after the promotion", gap, limit: .seconds(30)),
                .told("acknowledged changes", Double(load.totals.changes)),
            ]
        }
    }

    /// The primary dies and its replica was behind.
    static let promotionAsync = FaultScenario(
        "promotion-async",
        "the primary is killed and a replica that lacks its newest changes promoted: a new epoch, both sides agree"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let (web, glue, responder) = try await stack.startThree()
            let link = try await stack.proxy(to: stack.cluster.port)
            let replica = try stack.cluster.copy(named: "replica1", following: link.port)
            stack.keep(replica)
            try await replica.start()
            let epoch = try await stack.epoch()
            let kept = try ChangeLoad(stack, zone: "kept.example")
            let changes = settings.size(1_000, quick: 60)
            try await kept.run(perSecond: 100, limit: changes)
            try await waitUntil("the replica has replayed everything") {
                try await stack.number(
                    """
                    SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()
                    """
                ) == 1
            }
            link.change { $0.both { $0.isBlackholed = true } }
            let lost = try ChangeLoad(stack, zone: "lost.example")
            try await lost.run(perSecond: 100, limit: changes)
            _ = try stack.api("DELETE", "/domains/kept.example")
            let notMissing = try await lost.missing(at: [responder])
            try await waitUntil("the zone that is deleted is gone") {
                try FaultStack.ask(kept.counterNames[0], port: responder.port) == nil
            }
            try await stack.cluster.crash()
            try replica.promote()
            stack.use(replica)
            for daemon in [web, glue] { try await daemon.waitUntilReady() }
            try await waitUntil("a change is acknowledged again") {
                (try? stack.api("POST", "/domains", #"{"name":"after.example"}"#).status) == 201
            }
            try stack.makeRecord("a", in: "after.example", address: "192.0.2.9")
            try await stack.waitForAddress([192, 0, 2, 9], of: "a.after.example.", at: [responder])
            try await stack.waitUntilPublished()
            let agreement = try await stack.waitForEqualSets(["responder1"])
            let missing = try await kept.missing(at: [responder])
            let newEpoch = try await stack.epoch()
            let served = try FaultStack.ask(lost.counterNames[0], port: responder.port)
            return [
                .count("changes before the replica was cut off that are lost", missing.count),
                .count("zones served that the database does not have", served == nil ? 0 : 1),
                .count("changes that had not arrived before the crash", notMissing.count),
                .count("epochs that stayed the same", newEpoch == epoch ? 1 : 0),
                .time("from the first change after it to the equal set hash", agreement),
                .told("acknowledged changes that were lost with the primary", Double(lost.totals.changes)),
            ]
        }
    }
}
