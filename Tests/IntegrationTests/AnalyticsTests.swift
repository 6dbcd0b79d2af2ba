// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing

extension SystemTests {
    /// Queries to a responder of the test's own are counted, and no other is asked for these zones.
    @Suite("Analytics", .serialized) struct AnalyticsTests {
        @Test("every answer counts once, whoever is killed or restarted in between")
        func exactCounts() async throws {
            let stack = try LocalStack.current
            let responder = try await CountedResponder(stack)
            defer { responder.remove() }
            for zone in ["counted.example", "other.example"] {
                #expect(try stack.api("POST", "/domains", #"{"name":"\#(zone)"}"#).status == 201)
                try await responder.waitForZone(zone)
            }
            for _ in 0..<50 {
                try responder.ask("counted.example", .soa)
                try responder.ask("none.counted.example", .a)
                try responder.ask("counted.example", .ns, overTCP: true)
            }
            for _ in 0..<7 { try responder.ask("other.example", .mx) }
            try responder.askRefused("not-ours.example")
            try await expectCounts(responder, stack)

            // Reports that a glue has written down, and whose acknowledgement it did not live to send, come again.
            for _ in 0..<4 {
                for _ in 0..<25 { try responder.ask("counted.example", .soa) }
                let glue = try stack.processID("zonewright-glue")
                kill(glue, SIGKILL)
                for _ in 0..<5 { try responder.ask("other.example", .soa) }
                try await stack.waitForRestart(of: "zonewright-glue", after: glue, operationsPort: stack.portBase + 3)
            }
            try await expectCounts(responder, stack)

            // A responder that is stopped while there is no glue leaves its counts to the next one.
            for _ in 0..<11 { try responder.ask("counted.example", .soa) }
            let glue = try stack.processID("zonewright-glue")
            kill(glue, SIGSTOP)
            for _ in 0..<3 { try responder.ask("other.example", .soa) }
            try await responder.restart()
            kill(glue, SIGCONT)
            for _ in 0..<2 { try responder.ask("other.example", .soa) }
            try await expectCounts(responder, stack)

            // So does one that hands over.
            for _ in 0..<9 { try responder.ask("counted.example", .soa) }
            try await responder.handOver()
            for _ in 0..<2 { try responder.ask("other.example", .soa) }
            try await expectCounts(responder, stack)

            // A zone that is deleted before the report keeps what it had.
            try responder.ask("other.example", .soa)
            #expect(try stack.api("DELETE", "/domains/other.example").status == 204)
            try await expectCounts(responder, stack)
            #expect(try await responder.stop() == 0)
        }

        /// Waits until the API shows what was answered, and then that it stays so past further reports.
        private func expectCounts(_ responder: CountedResponder, _ stack: LocalStack) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            while try counts(stack) != responder.answered, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try counts(stack) == responder.answered)
            // One more shows that all before it was taken in: reports are kept in their order.
            try responder.ask("counted.example", .soa)
            while try counts(stack)["counted.example"] == responder.answered["counted.example"].map({ $0 - 1 }),
                ContinuousClock.now < deadline
            {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try counts(stack) == responder.answered)
        }

        /// What the API shows of the two zones since yesterday.
        private func counts(_ stack: LocalStack) throws -> [String: Int] {
            let days = [-86_400, 86_400].map { seconds in
                Date(timeIntervalSinceNow: seconds).ISO8601Format(.iso8601Date(timeZone: .gmt))
            }
            let path = "/dns_analytics?start_date=\(days[0])&end_date=\(days[1])&groupings=zone_name&per_page=10000"
            let answer = try stack.api("GET", path)
            #expect(answer.status == 200)
            let rows = answer.text.matches(of: #/\["((?:counted|other)\.example)",(\d+)\]/#)
            return Dictionary(uniqueKeysWithValues: rows.map { (String($0.output.1), Int($0.output.2) ?? 0) })
        }
    }
}
