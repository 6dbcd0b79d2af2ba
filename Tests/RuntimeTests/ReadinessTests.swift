// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Runtime
import Testing

@Suite struct ReadinessTests {
    @Test func `Ready means that every part is`() {
        let readiness = Readiness()
        #expect(readiness.isReady)
        readiness.register("database")
        readiness.register("stream", reason: "not connected")
        #expect(!readiness.isReady)
        readiness.set("database", .ready)
        #expect(readiness.report == ["database: ready", "stream: not ready: not connected"])
        readiness.set("stream", .ready)
        #expect(readiness.isReady)
        readiness.drain()
        #expect(!readiness.isReady)
        #expect(readiness.report.first == "daemon: not ready: draining")
    }

    @Test func `Observers see the current state and each change`() async {
        let readiness = Readiness()
        readiness.register("a")
        var changes = readiness.changes().makeAsyncIterator()
        #expect(await changes.next() == false)
        readiness.set("a", .notReady("still"))
        readiness.set("a", .ready)
        #expect(await changes.next() == true)
        readiness.drain()
        #expect(await changes.next() == false)
    }
}
