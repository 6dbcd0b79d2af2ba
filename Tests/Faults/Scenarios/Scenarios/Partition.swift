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
            let (web, glue) = (try stack.web(), try stack.glue())
            let link = try await stack.proxy(to: glue.port)
            let near = try stack.responder("near", upstream: glue.port)
            let far = try stack.responder("far", upstream: link.port)
            for daemon in [web, glue, near, far] { try await daemon.startAndWait() }
            return try await Partition(stack: stack, near: near, far: far).figures {
                link.change { $0.both { $0.isBlackholed = true } }
            } heal: {
                link.change { $0 = FaultRules() }
            }
        }
    }

    /// The same in the kernel's network, with TLS.
    static let partitionNetwork = FaultScenario(
        "partition-network",
        "a responder in a network namespace is cut off like that: its link to the origin goes down and up"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            guard let network = try await stack.network() else {
                return [.told("left out: there can be no network namespace (root and iproute2 are needed)", 1)]
            }
            let keys = "\(stack.folder)/pki"
            try await stack.zonewright("pki", "init", keys)
            try await stack.zonewright(
                "pki",
                "issue",
                "--dir",
                keys,
                "--origin",
                "origin1",
                "--address",
                "127.0.0.1",
                "--address",
                network.uplink
            )
            for name in ["near", "far"] {
                try await stack.zonewright("pki", "issue", "--dir", keys, "--node", name, "--role", "responder")
            }
            func tls(_ option: String, _ name: String) -> [String] {
                [
                    "--\(option)-certificate", "\(keys)/nodes/\(name).crt",
                    "--\(option)-key", "\(keys)/nodes/\(name).key", "--\(option)-ca", "\(keys)/trusted.crt",
                ]
            }
            let web = try stack.web()
            // On every address: that of the link is none while the link is down.
            let glue = try stack.glue(listenHost: "0.0.0.0", tls("tls", "origin1"))
            let near = try stack.responder("near", upstream: glue.port, tls("origin-tls", "near"))
            let far = try stack.responder(
                "far",
                in: network,
                upstream: glue.port,
                tls("origin-tls", "far")
            )
            for daemon in [web, glue, near, far] { try await daemon.startAndWait() }
            return try await Partition(stack: stack, near: near, far: far).figures {
                try await network.cut()
            } heal: {
                try await network.heal()
            }
        }
    }
}

/// Changes while one of two responders is cut off.
private struct Partition {
    let stack: FaultStack
    let near: ManagedDaemon
    let far: ManagedDaemon

    /// - Parameters:
    ///   - cut: parts `far` from its upstream.
    ///   - heal: ends that.
    func figures(cut: () async throws -> Void, heal: () async throws -> Void) async throws -> [Figure] {
        let changes = stack.settings.size(10_000, quick: 200)
        let time = stack.settings.size(Duration.seconds(60), quick: .seconds(5))
        let load = try ChangeLoad(stack, zone: "partition.example")
        try await stack.waitForAddress([10, 0, 0, 0], of: load.counterNames.last ?? "", at: [near, far])
        let watch = AnswerWatch(load.counterNames, at: [near, far])
        let healing = try await withThrowingTaskGroup(of: Void.self) { group in
            defer {
                load.stop()
                watch.stop()
            }
            group.addTask { try await watch.run() }
            try await cut()
            let start = ContinuousClock.now
            let rate = max(20, changes * 10 / 9 / Int(time.components.seconds))
            try await load.run(perSecond: rate, limit: changes)
            try await stack.waitUntilPublished()
            try await stack.waitForEqualSets([near.name])
            try await Task.sleep(until: start + time)
            let heldBack = ReplicaState(folder: stack.replica(far.name))
            guard try await heldBack != ReplicaState(published: stack) else {
                throw FaultError("the partition did not part")
            }
            try await heal()
            let healing = try await stack.waitForEqualSets([far.name])
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
            .told("questions", Double(found.asked)),
            .told("connections of the responder that failed or ended", far.metric("follower_failures_total") ?? 0),
        ]
    }
}
