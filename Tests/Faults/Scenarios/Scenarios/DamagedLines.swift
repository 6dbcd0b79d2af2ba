// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport

extension FaultScenario {
    /// Forged, truncated, oversized, duplicated and reordered lines.
    static let damagedLines = FaultScenario(
        "damaged-lines",
        "forged, truncated, oversized, duplicated and reordered lines, both ways: refused by rule, clean afterwards"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let (web, glue) = (try stack.web(), try stack.glue())
            let link = try await stack.proxy(to: glue.port, unit: .message)
            let responder = try stack.responder("damaged", upstream: link.port)
            let sound = try stack.responder("sound", upstream: glue.port)
            for daemon in [web, glue, responder, sound] { try await daemon.startAndWait() }
            try stack.makeZone("damage.example")
            try stack.makeRecord("start", in: "damage.example", address: "10.0.0.1")
            try await stack.waitForAddress([10, 0, 0, 1], of: "start.damage.example.", at: [responder, sound])
            var wrong: [String] = []
            for (number, damage) in DamagedLine.all.enumerated() {
                do {
                    try await stack.tryOut(damage, number, link, responder)
                } catch {
                    wrong.append("\(damage.name): \(error)")
                }
            }
            try await stack.waitUntilPublished()
            let clean = try await stack.waitForEqualSets(["damaged", "sound"])
            for line in wrong { print("# \(line)") }
            return [
                .count("kinds of damage that were not refused by rule or not mended", wrong.count),
                .count("strikes that did not strike", DamagedLine.all.count - link.struck),
                .count("zones in quarantine at the end", Int(responder.metric("follower_quarantined_zones") ?? 1)),
                .count(
                    "connections of the follower beside it that were lost",
                    Int(
                        sound.metric("follower_failures_total") ?? 1
                    )
                ),
                .time("to the equal set hash in the end", clean),
                .told("kinds of damage", Double(DamagedLine.all.count)),
            ]
        }
    }
}

extension FaultStack {
    /// Damages the lines that two changes cause; both must be answered in the end, and nothing else.
    fileprivate func tryOut(_ damage: DamagedLine, _ number: Int, _ link: FaultProxy, _ responder: ManagedDaemon)
        async throws
    {
        try await waitUntil("the responder follows") { responder.metric("follower_lag") == 0 }
        let connections = responder.metric("follower_connections_total") ?? 0
        let position = ReplicaState.position(folder: replica(responder.name)) ?? 0
        for strike in damage.strikes(position) { link.strike(strike) }
        let struck = link.struck
        for (name, last) in [("first\(number)", UInt8(1)), ("second\(number)", 2)] {
            try makeRecord(name, in: "damage.example", address: "10.1.\(number).\(last)")
            if name.hasPrefix("first") { try await waitUntil("it is struck") { link.struck > struck } }
        }
        for (name, last) in [("first\(number)", UInt8(1)), ("second\(number)", 2)] {
            try await waitForAddress([10, 1, UInt8(number), last], of: "\(name).damage.example.", at: [responder])
        }
        let newConnections = (responder.metric("follower_connections_total") ?? 0) - connections
        guard newConnections == (damage.says == nil ? 0 : 1) else {
            throw FaultError("\(Int(newConnections)) new connections")
        }
        // The same reason is not logged again within a minute.
        if let code = damage.says, code != "any", !responder.log.contains("reason=\(code) ") {
            throw FaultError("the responder never spoke of \(code): \(responder.log.suffix(300))")
        }
    }
}
