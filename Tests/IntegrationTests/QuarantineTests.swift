// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Glibc
import Logging
import Postgres
import TestSupport
import Testing
import ZoneStore

extension SystemTests {
    @Suite("Zones that a responder refuses") struct QuarantineTests {
        @Test("A poison zone is quarantined, seen, mended and released; everything else flows, and the glue may die")
        func poison() async throws {
            let stack = try LocalStack.current
            for name in ["poison.example", "sound.example"] {
                #expect(try stack.api("POST", "/domains", #"{"name":"\#(name)"}"#).status == 201)
            }
            _ = try await stack.ask("poison.example.", .soa) { $0.answers.count == 1 }
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(
                    url: stack.variables["ZONEWRIGHT_DATABASE_URL"] ?? "",
                    applicationName: "tests"
                ),
                size: 1,
                logger: Logger(label: "tests")
            )
            defer { pool.close() }
            let hash = try await spoil("poison.example", pool)

            let change = try stack.add("a", to: "poison.example")
            _ = try await stack.zonewrightStatus { $0.contains("poison.example\trefused by") }
            let shown = try await stack.zonewright("status").output
            #expect(shown.contains("in quarantine: 1,"), "\(shown)")
            #expect(shown.contains("422 "), "\(shown)")
            let status = try stack.changeStatus(change, in: "poison.example", wait: 1)
            #expect(status.contains(#""status":"pending""#), "\(status)")
            let distribution = try stack.api("GET", "/zones/poison.example/distribution")
            #expect(distribution.text.contains(#""distributed":false"#), "\(distribution.text)")
            // Served as it was; and others are served as they are.
            #expect(try stack.ask("a.poison.example.", .a)?.rcode == .nameError)
            _ = try stack.add("a", to: "sound.example")
            _ = try await stack.ask("a.sound.example.", .a) { $0.answers.count == 1 }

            let glue = try stack.processID("zonewright-glue")
            #expect(kill(glue, SIGKILL) == 0)
            try await stack.waitForRestart(of: "zonewright-glue", after: glue, operationsPort: stack.portBase + 3)
            _ = try stack.add("b", to: "sound.example")
            _ = try await stack.ask("b.sound.example.", .a) { $0.answers.count == 1 }
            #expect(try await stack.zonewright("status").output.contains("poison.example\trefused by"))

            try await mend("poison.example", hash, pool)
            let released = try await stack.zonewright("release", "Poison.Example.")
            #expect(released.status == 0, "\(released.output)")
            _ = try await stack.ask("a.poison.example.", .a) { $0.answers.count == 1 }
            let inSync = try stack.changeStatus(change, in: "poison.example", wait: 30)
            #expect(inSync.contains(#""status":"in_sync""#), "\(inSync)")
            let empty = try await stack.zonewrightStatus { !$0.contains("in quarantine") }
            #expect(empty.contains("position "))
            let nothing = try await stack.zonewright("release", "poison.example")
            #expect(nothing.status == 1 && nothing.output.contains("no responder refuses"), "\(nothing.output)")
            #expect(try await stack.zonewright("release", "--all").output.contains("0 sent again"))
            #expect(try await stack.zonewright("release").status == 64)
        }

        /// Puts a record of another zone among the published ones, and a hash that no content has, so that the responder
        /// asks for the whole zone with the next change. Returns the hash that was there.
        private func spoil(_ zone: String, _ pool: PostgresPool) async throws -> Hash256 {
            let rows = try await pool.query("SELECT hash FROM distribution.zone WHERE name = \(zone) AND live")
            let octets: [UInt8] = try #require(rows.first).decode(0)
            try await pool.execute(
                """
                INSERT INTO distribution.rrset (zone_id, owner, type, rr_count, hash, body)
                SELECT zone_id, 'elsewhere.test.', 1, 1, hash, E'elsewhere.test. 60 IN A 192.0.2.66\\n'
                FROM distribution.zone WHERE name = \(zone) AND live
                """
            )
            try await pool.execute(
                """
                UPDATE distribution.zone SET rr_count = rr_count + 1, hash = decode(repeat('00', 32), 'hex')
                WHERE name = \(zone) AND live
                """
            )
            return try #require(Hash256(bytes: octets))
        }

        /// Undoes ``spoil(_:_:)``: the zone hash is a sum, so that what changes added meanwhile is the hash from zero.
        private func mend(_ zone: String, _ hash: Hash256, _ pool: PostgresPool) async throws {
            let rows = try await pool.query("SELECT hash FROM distribution.zone WHERE name = \(zone) AND live")
            let octets: [UInt8] = try #require(rows.first).decode(0)
            let right = try #require(Hash256(bytes: octets)) &+ hash
            try await pool.execute("DELETE FROM distribution.rrset WHERE owner = 'elsewhere.test.'")
            try await pool.execute(
                """
                UPDATE distribution.zone SET rr_count = rr_count - 1, hash = \(right.bytes)
                WHERE name = \(zone) AND live
                """
            )
        }
    }
}

extension LocalStack {
    /// Adds an address; returns the id of the change.
    fileprivate func add(_ name: String, to zone: String) throws -> String {
        let made = try api("POST", "/zones/\(zone)/records", #"{"name":"\#(name)","type":"A","content":"192.0.2.1"}"#)
        guard made.status == 201, let change = made.header("x-request-id") else {
            throw SupportError("no record was made: \(made.text)")
        }
        return change
    }

    /// What the API says of a change, having waited up to `wait` seconds.
    fileprivate func changeStatus(_ change: String, in zone: String, wait: Int) throws -> String {
        try HTTPClient(port: portBase, timeout: .seconds(60)).send(
            "GET",
            "/x/v1/\(variables["ZONEWRIGHT_ACCOUNT"] ?? "")/zones/\(zone)/changes/\(change)?wait=\(wait)",
            headers: [("Authorization", "Bearer \(variables["ZONEWRIGHT_TOKEN"] ?? "")")]
        ).text
    }

    /// Runs `zonewright status` until it shows what it should.
    fileprivate func zonewrightStatus(until isRight: (String) -> Bool) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        var last = ""
        while ContinuousClock.now < deadline {
            last = try await zonewright("status").output
            if isRight(last) { return last }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw SupportError("zonewright status never showed it; the last was:\n\(last)")
    }
}
