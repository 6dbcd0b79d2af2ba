// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Synchronization
import TestSupport
import Testing

extension SystemTests {
    @Suite("Crashes", .serialized) struct CrashTests {
        /// The programs that are killed, each with the offset of its operations port.
        private static let victims = [
            ("zonewright-web", 1), ("zonewright-glue", 3), ("zonewright-dns", 5), ("zonewright-worker", 6),
        ]

        /// How often each program is killed; `ZONEWRIGHT_KILLS=100` is the long form.
        private static let kills = ProcessInfo.processInfo.environment["ZONEWRIGHT_KILLS"].flatMap(Int.init) ?? 3

        @Test(
            "every change that was acknowledged is answered after kill -9 of each daemon in turn, and none is reverted"
        )
        func killEachDaemon() async throws {
            let stack = try LocalStack.current
            #expect(try stack.api("POST", "/domains", #"{"name":"crash.example"}"#).status == 201)
            let writer = AcknowledgedChanges(stack: stack, zone: "crash.example")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await writer.run(changesPerSecond: 20) }
                for _ in 0..<Self.kills {
                    for (name, operations) in Self.victims {
                        let pid = try stack.processID(name)
                        kill(pid, SIGKILL)
                        try await stack.waitForRestart(
                            of: name,
                            after: pid,
                            operationsPort: stack.portBase + operations
                        )
                    }
                }
                writer.stop()
                try await group.waitForAll()
            }
            #expect(try await stack.zonewright("status", "--wait", "120").status == 0)
            let expected = writer.acknowledged
            #expect(expected.keys.contains { $0.hasPrefix("own") })
            #expect(expected.keys.contains { $0.hasPrefix("n") })
            for (name, address) in expected {
                let answer = try await stack.ask("\(name).crash.example.", .a) { $0.answers.first?.rdata == address }
                #expect(answer.answers.count == 1, "\(name) has more than its one record")
            }
        }

        @Test("a responder starts and answers with everything else gone")
        func responderAlone() async throws {
            let stack = try LocalStack.current
            #expect(try stack.api("POST", "/domains", #"{"name":"alone.example"}"#).status == 201)
            _ = try await stack.ask("alone.example.", .soa) { $0.answers.count == 1 }
            #expect(try await stack.zonewright("down").status == 0)
            let alone = try DaemonProcessOf.responder(stack, upstream: "127.0.0.1:1")
            try await alone.waitUntilReady(port: stack.portBase + 5)
            let answer = try await stack.ask("alone.example.", .soa) { $0.answers.count == 1 }
            #expect(answer.header.isAuthoritative)
            #expect(try await alone.stop() == 0)
            let again = try await stack.zonewright("up", "--no-examples")
            #expect(again.status == 0, "\(again.output)")
            #expect(try stack.api("GET", "/zones/alone.example").status == 200)
        }
    }
}
