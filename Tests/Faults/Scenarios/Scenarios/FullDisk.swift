// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport

extension FaultScenario {
    /// The disk of a replica is full.
    static let fullReplica = FaultScenario(
        "full-replica",
        "the disk of a responder's replica is full: it serves what it has, says so, and goes on when there is room"
    ) { settings in
        guard geteuid() == 0 else { return [.told("left out: only root can mount a small disk", 1)] }
        return try await FaultStack.with(settings) { stack in
            let (web, glue) = (try stack.web(), try stack.glue())
            let disk = try await stack.mountSmallDisk(named: "responder1", megabytes: 4)
            let responder = try stack.responder(upstream: glue.port)
            for daemon in [web, glue, responder] { try await daemon.startAndWait() }
            let load = try ChangeLoad(stack, zone: "full.example")
            try await stack.waitForAddress([10, 0, 0, 0], of: load.counterNames.last ?? "", at: [responder])
            let watch = AnswerWatch(load.counterNames, at: [responder])
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer {
                    load.stop()
                    watch.stop()
                }
                group.addTask { try await load.run(perSecond: 100) }
                group.addTask { try await watch.run() }
                try Ballast.fill(disk)
                try await waitUntil("the replica says that it cannot write") {
                    (responder.metric("replica_write_failures_total") ?? 0) > 0
                }
                try await Task.sleep(for: settings.size(.seconds(20), quick: .seconds(1)))
                Ballast.remove(disk)
                try await Task.sleep(for: .seconds(1))
                load.stop()
                watch.stop()
                try await group.waitForAll()
            }
            let missing = try await load.missing(at: [responder])
            try await stack.waitUntilPublished()
            let healing = try await stack.waitForEqualSets(["responder1"])
            let found = watch.found
            return [
                .count("changes that are missing", missing.count),
                .count("questions that were not answered", found.unanswered.count),
                .count("answers that went back", found.reverted.count),
                .count("restarts", responder.isRunning ? 0 : 1),
                .time("to the equal set hash in the end", healing),
                .told("writes that failed", responder.metric("replica_write_failures_total") ?? 0),
                .told("changes", Double(load.totals.changes)),
            ]
        }
    }

    /// The disk of the database is full.
    static let fullDatabase = FaultScenario(
        "full-database",
        "the database's disk is full: everything is answered, and every acknowledged change is there when there is room"
    ) { settings in
        guard geteuid() == 0 else { return [.told("left out: only root can mount a small disk", 1)] }
        return try await FaultStack.with(
            settings,
            postgres: ["max_wal_size=32MB", "min_wal_size=8MB"],
            diskMegabytes: 160
        ) {
            stack in
            let (web, glue, responder) = try await stack.startThree()
            let load = try ChangeLoad(stack, zone: "full.example")
            try await stack.waitForAddress([10, 0, 0, 0], of: load.counterNames.last ?? "", at: [responder])
            let watch = AnswerWatch(load.counterNames, at: [responder])
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer {
                    load.stop()
                    watch.stop()
                }
                group.addTask { try await load.run(perSecond: 50) }
                group.addTask { try await watch.run() }
                try await Task.sleep(for: .seconds(1))
                try Ballast.fill(stack.diskFolder)
                try await waitUntil("changes fail") { load.totals.repeats > 0 }
                let end = ContinuousClock.now + settings.size(.seconds(20), quick: .seconds(2))
                while ContinuousClock.now < end {
                    // Its service manager starts it again when it ended for want of room.
                    try stack.cluster.startUnlessRunning()
                    try await Task.sleep(for: .milliseconds(200))
                }
                Ballast.remove(stack.diskFolder)
                try await stack.cluster.start()
                let before = load.totals.changes
                try await waitUntil("changes are acknowledged again") { load.totals.changes > before + 16 }
                load.stop()
                watch.stop()
                try await group.waitForAll()
            }
            for daemon in [web, glue] { try await daemon.waitUntilReady() }
            let missing = try await load.missing(at: [responder])
            try await stack.waitUntilPublished()
            try await stack.waitForEqualSets(["responder1"])
            let found = watch.found
            for line in load.problems.prefix(20) { print("# \(line)") }
            return [
                .count("acknowledged changes that are missing", missing.count),
                .count("questions that were not answered", found.unanswered.count),
                .count("answers that went back", found.reverted.count),
                .count("changes that were answered with an error of the client", load.problems.count),
                .told("changes", Double(load.totals.changes)),
                .told("requests sent again", Double(load.totals.repeats)),
            ]
        }
    }
}

/// A file that takes all room of a small disk.
enum Ballast {
    static func fill(_ folder: String) throws {
        // SAFETY: the path is only read.
        let descriptor = unsafe open("\(folder)/ballast", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FaultError("no ballast in \(folder): \(errno)") }
        defer { close(descriptor) }
        let block = [UInt8](repeating: 1, count: 65_536)
        for size in [65_536, 4_096] {
            var isWritten = true
            while isWritten {
                // SAFETY: the array's own memory, and not more than it has.
                isWritten = unsafe block.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, size) > 0 }
            }
        }
    }

    static func remove(_ folder: String) {
        try? FileManager.default.removeItem(atPath: "\(folder)/ballast")
    }
}
