// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Synchronization
import TestSupport

extension FaultScenario {
    /// PostgreSQL is away for a while.
    static let databaseAway = FaultScenario(
        "database-away",
        "PostgreSQL is away for 15 minutes: every question is answered, the API says 503, then all goes on"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let (web, glue, responder) = try await stack.startThree()
            try stack.makeZone("away.example")
            try stack.makeRecord("before", in: "away.example", address: "10.0.0.1")
            try await stack.waitForAddress([10, 0, 0, 1], of: "before.away.example.", at: [responder])
            let watch = AnswerWatch(["before.away.example."], at: [responder])
            let time = settings.size(Duration.seconds(900), quick: .seconds(4))
            let answers = Mutex<[Int: Int]>([:])
            let withoutRetryAfter = Mutex(0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { watch.stop() }
                group.addTask { try await watch.run() }
                try await stack.cluster.stop()
                stack.database.resetConnections()
                let end = ContinuousClock.now + time
                while ContinuousClock.now < end {
                    for (method, path, body) in [
                        ("GET", "/zones/away.example/records", nil),
                        ("POST", "/zones/away.example/records", #"{"name":"x","type":"A","content":"192.0.2.1"}"#),
                    ] {
                        let answer = try await onThread { try stack.api(method, path, body, timeout: .seconds(60)) }
                        answers.withLock { $0[answer.status, default: 0] += 1 }
                        if answer.header("retry-after") == nil { withoutRetryAfter.withLock { $0 += 1 } }
                    }
                    try await Task.sleep(for: .milliseconds(500))
                }
                watch.stop()
                try await group.waitForAll()
            }
            guard glue.isRunning, web.isRunning else { throw FaultError("a daemon ended without its database") }
            let start = ContinuousClock.now
            try await stack.cluster.start()
            let started = ContinuousClock.now
            try await waitUntil("a change is acknowledged", every: .milliseconds(50)) {
                let body = #"{"name":"after","type":"A","content":"10.0.0.2","ttl":60}"#
                return (try? stack.api("POST", "/zones/away.example/records", body).status) == 201
            }
            try await stack.waitForAddress([10, 0, 0, 2], of: "after.away.example.", at: [responder])
            let recovery = ContinuousClock.now - started
            let found = watch.found
            let seen = answers.withLock { $0 }
            return [
                .count("questions that were not answered", found.unanswered.count),
                .count("answers of the API other than 503", seen.filter { $0.key != 503 }.values.reduce(0, +)),
                .count("503 without Retry-After", withoutRetryAfter.withLock { $0 }),
                .time("from the database's return to a new change answered", recovery, limit: .seconds(10)),
                .time("that the database took to start", started - start),
                .told("questions", Double(found.asked)), .told("answers 503", Double(seen[503] ?? 0)),
            ]
        }
    }
}
