// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Postgres
import TestSupport

extension FaultScenario {
    /// The whole way back of a responder that was away for longer than the log goes back.
    static let away = FaultScenario(
        "away",
        "a responder is away until the log does not go back to it; it catches up by what differs, not by everything"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let zones = settings.size(5_000, quick: 100)
            let changed = max(1, zones / 100)
            let (web, glue) = (try stack.web(), try stack.glue())
            let link = try await stack.proxy(to: glue.port)
            let responder = try stack.responder("away", upstream: link.port)
            for daemon in [web, glue] { try await daemon.startAndWait() }
            try await onThread { for number in 0..<zones { try stack.makeZone("z\(number).example") } }
            try await stack.waitUntilPublished()
            try await responder.startAndWait()
            try await stack.waitForEqualSets(["away"])
            let filled = link.counts.toClient
            try await responder.stop()
            try await onThread {
                for number in 0..<changed {
                    try stack.makeRecord("new", in: "z\(number).example", address: "192.0.2.7")
                }
            }
            let deleted = try stack.api("DELETE", "/domains/z\(zones - 1).example")
            guard deleted.status == 204 else { throw FaultError("DELETE: \(deleted.status) \(deleted.text)") }
            try stack.makeZone("late.example")
            try await stack.waitUntilPublished()
            try await stack.pruneLog()
            let before = link.counts.toClient
            let start = ContinuousClock.now
            try await responder.startAndWait()
            try await stack.waitForEqualSets(["away"])
            let time = ContinuousClock.now - start
            let address = try FaultStack.ask("new.z0.example.", port: responder.port)
            let share = Double(link.counts.toClient - before) / Double(max(1, filled)) * 100
            return [
                .count("changed names that are not answered", address == [[192, 0, 2, 7]] ? 0 : 1),
                Figure(
                    name: "octets of catching up, in percent of those of the first fill",
                    value: (share * 10).rounded() / 10,
                    unit: "%",
                    limit: settings.size(15, quick: 60),
                    isMeasurement: false
                ),
                .time("from the start to the equal set hash", time, limit: .seconds(10)),
                .told("octets of the first fill", Double(filled)),
                .told("zones", Double(zones)), .told("changed zones", Double(changed + 2)),
            ]
        }
    }
}

extension FaultStack {
    /// Removes what the stream's log holds, as its retention does after a day; the newest entry stays.
    func pruneLog() async throws {
        let pool = try cluster.pool()
        defer { pool.close() }
        try await pool.execute("DELETE FROM distribution.log WHERE pos < (SELECT head FROM distribution.stream)")
        try await pool.execute("UPDATE distribution.stream SET floor = head - 1")
    }
}
