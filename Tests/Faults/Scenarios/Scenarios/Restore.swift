// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import TestSupport

extension FaultScenario {
    /// An older backup takes the place of the database.
    static let restore = FaultScenario(
        "restore",
        "an older backup takes the database's place: a new epoch, and responders go back to what it holds"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let (web, glue, responder) = try await stack.startThree()
            let changes = settings.size(1_000, quick: 60)
            let kept = try ChangeLoad(stack, zone: "kept.example")
            try await kept.run(perSecond: 100, limit: changes)
            let backup = try stack.cluster.copy(named: "backup")
            stack.keep(backup)
            let lost = try ChangeLoad(stack, zone: "lost.example")
            try await lost.run(perSecond: 100, limit: changes)
            _ = try await lost.missing(at: [responder])
            let held = ReplicaState(folder: stack.replica("responder1"))
            // As Docs/operations/backup.md says: the origins are stopped, the history is counted up by hand.
            try await glue.stop()
            try await stack.cluster.stop()
            try await backup.start()
            stack.use(backup)
            try await stack.execute("UPDATE distribution.stream SET restore_counter = restore_counter + 1")
            let start = ContinuousClock.now
            try await glue.startAndWait()
            try await web.waitUntilReady()
            try await stack.waitUntilPublished()
            try await stack.waitForEqualSets(["responder1"])
            let time = ContinuousClock.now - start
            let missing = try await kept.missing(at: [responder])
            let served = try FaultStack.ask(lost.counterNames[0], port: responder.port)
            try stack.makeZone("after.example")
            try stack.makeRecord("a", in: "after.example", address: "192.0.2.9")
            try await stack.waitForAddress([192, 0, 2, 9], of: "a.after.example.", at: [responder])
            return [
                .count("changes of the backup that are missing", missing.count),
                .count("zones served that the backup does not have", served == nil ? 0 : 1),
                .count("replicas that had nothing to undo", held?.zones == 2 ? 0 : 1),
                .time("from the origin's start to the equal set hash", time, limit: .seconds(10)),
            ]
        }
    }
}
