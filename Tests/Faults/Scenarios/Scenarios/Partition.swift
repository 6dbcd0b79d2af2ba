// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Synchronization
import TestSupport

extension FaultScenario {
    /// A partition under changes.
    static let partition = FaultScenario(
        "partition",
        "a responder is cut off for 60 s while 10,000 changes come; then it must have them within 5 s"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let changes = settings.size(10_000, quick: 200)
            let time = settings.size(Duration.seconds(60), quick: .seconds(5))
            let (web, glue) = (try stack.web(), try stack.glue())
            let link = try await stack.proxy(to: glue.port)
            let near = try stack.responder("near", upstream: glue.port)
            let far = try stack.responder("far", upstream: link.port)
            for daemon in [web, glue, near, far] { try await daemon.startAndWait() }
            let load = try ChangeLoad(stack, zone: "partition.example")
            try await stack.waitForAddress([10, 0, 0, 0], of: load.counterNames.last ?? "", at: [near, far])
            let watch = AnswerWatch(load.counterNames, at: [near, far])
            let healing = try await withThrowingTaskGroup(of: Void.self) { group in
                defer {
                    load.stop()
                    watch.stop()
                }
                group.addTask { try await watch.run() }
                link.change { $0.both { $0.isBlackholed = true } }
                let start = ContinuousClock.now
                let rate = max(20, changes * 10 / 9 / Int(time.components.seconds))
                try await load.run(perSecond: rate, limit: changes)
                try await stack.waitUntilPublished()
                try await stack.waitForEqualSets(["near"])
                try await Task.sleep(until: start + time)
                let heldBack = ReplicaState(folder: stack.replica("far"))
                guard try await heldBack != ReplicaState(published: stack) else {
                    throw FaultError("the partition did not part")
                }
                link.change { $0 = FaultRules() }
                let healing = try await stack.waitForEqualSets(["far"])
                watch.stop()
                try await group.waitForAll()
                return healing
            }
            let missing = try await load.missing(at: [near, far])
            let found = watch.found
            for line in (missing + found.reverted + found.unanswered + load.problems).prefix(20) { print("# \(line)") }
            return [
                .time("from the end of the partition to the equal set hash", healing, limit: .seconds(5)),
                .count("changes that are missing", missing.count),
                .count("answers that went back", found.reverted.count),
                .count("questions that were not answered", found.unanswered.count),
                .count("changes that were answered with an error", load.problems.count),
                .told("changes", Double(load.totals.changes)),
            ]
        }
    }
}
