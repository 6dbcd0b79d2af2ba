// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Postgres
import TestSupport
import ZoneStore

extension FaultScenario {
    /// Zones that cannot be served, written into the database by somebody else.
    static let poison = FaultScenario(
        "poison",
        "zones that cannot be published or applied stand in the database: they are set aside, the others go on"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let (_, glue, responder) = try await stack.startThree()
            let sound = settings.size(200, quick: 10)
            for name in ["refused.example", "unreadable.example"] { try stack.makeZone(name) }
            for name in ["refused.example", "unreadable.example"] {
                try stack.makeRecord("a", in: name, address: "10.0.0.1")
                try await stack.waitForAddress([10, 0, 0, 1], of: "a.\(name).", at: [responder])
            }
            // One that a responder refuses: a record of another zone, and a hash that makes it ask for the whole zone.
            try await stack.execute(
                """
                INSERT INTO distribution.rrset (zone_id, owner, type, rr_count, hash, body)
                SELECT zone_id, 'elsewhere.test.', 1, 1, hash, E'elsewhere.test. 60 IN A 192.0.2.66\\n'
                FROM distribution.zone WHERE name = 'refused.example' AND live
                """,
                """
                UPDATE distribution.zone SET rr_count = rr_count + 1, hash = decode(repeat('00', 32), 'hex')
                WHERE name = 'refused.example' AND live
                """,
                // And one that the origin cannot even read: half an address.
                """
                UPDATE app.record SET content = '10.0.0' WHERE name = 'a' AND type = 'A'
                    AND zone_id = (SELECT id FROM app.zone WHERE name = 'unreadable.example')
                """,
                """
                INSERT INTO distribution.outbox (zone_id, zone_name, version, op, names, request_id)
                SELECT id, name, version, 'P', NULL, gen_random_uuid() FROM app.zone WHERE name = 'unreadable.example'
                """
            )
            try stack.makeRecord("b", in: "refused.example", address: "10.0.0.2")
            let start = ContinuousClock.now
            try await onThread { for number in 0..<sound { try stack.makeZone("s\(number).example") } }
            for number in [0, sound - 1] {
                try stack.makeRecord("a", in: "s\(number).example", address: "10.0.0.3")
                try await stack.waitForAddress([10, 0, 0, 3], of: "a.s\(number).example.", at: [responder])
            }
            let flow = ContinuousClock.now - start
            try await waitUntil("status shows the zone that is refused") {
                try await stack.zonewright("status").contains("refused.example\trefused by responder1")
            }
            try await waitUntil("the origin has set aside the zone that it cannot read") {
                glue.metric("glue_quarantined_zones") == 1
            }
            let lastGood = try ["a.refused.example.", "a.unreadable.example."].map {
                try FaultStack.ask($0, port: responder.port) == [[10, 0, 0, 1]]
            }
            let newOnes = try FaultStack.ask("b.refused.example.", port: responder.port)
            return [
                .count("zones set aside that are not answered as they were", lastGood.filter { !$0 }.count),
                .count("records of a refused state that are served", newOnes?.count ?? 1),
                .count(
                    "zones that the responder has in quarantine, beside the one",
                    abs(
                        Int(responder.metric("follower_quarantined_zones") ?? 0) - 1
                    )
                ),
                .count("daemons that ended", [glue, responder].filter { !$0.isRunning }.count),
                .time("until \(sound) sound zones and their changes were answered", flow),
            ]
        }
    }
}
