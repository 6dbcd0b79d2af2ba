// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization
import Testing
import ZoneStore
import ZoneSync

@Suite(.timeLimit(.minutes(5)))
struct CountingStreamTests {
    private let folder: TemporaryFolder
    private let store: ZoneStore
    private let source = MemorySource()
    private let queue = ReportQueue()

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
        try source.publish(ZoneFixture("a.example."))
        source.state.withLock { $0.countsQueries = true }
    }

    private var kept: UInt64 {
        source.state.withLock { state in state.reports.flatMap(\.counts).reduce(0) { $0 + $1.queries } }
    }

    @Test("Counts reach the source and are acknowledged, more than a window of them")
    func reporting() async throws {
        for day in 1...50 as ClosedRange<UInt32> { queue.add([1: 2, 5: 1], day: day) }
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream], reports: queue) { client in
                try await eventually { queue.isEmpty }
                queue.add([1: 1_000], day: 51)
                client.reportSoon()
                try await eventually { queue.isEmpty }
            }
        }
        #expect(kept == 50 * 3 + 1_000)
        #expect(source.state.withLock { $0.reports.map(\.sequence) } == Array(1...51))
    }

    @Test("What the source cannot keep is tried again, and zones go on meanwhile")
    func failingSource() async throws {
        source.state.withLock { $0.refusesReports = true }
        queue.add([1: 7], day: 1)
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream], reports: queue) { client in
                try await eventually { client.status.position == 1 }
                try source.publish(ZoneFixture("b.example.", generation: 2))
                server.wake()
                try await eventually { client.status.position == 2 }
                #expect(!queue.isEmpty)
                source.state.withLock { $0.refusesReports = false }
                try await eventually { queue.isEmpty }
            }
        }
        #expect(kept == 7)
    }

    @Test("Counts that one connection could not get rid of go over the next, once")
    func reconnection() async throws {
        source.state.withLock { $0.refusesReports = true }
        queue.add([1: 7], day: 1)
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream], reports: queue) { client in
                try await eventually { client.status.position == 1 }
            }
        }
        #expect(kept == 0)
        queue.add([1: 3], day: 1)
        source.state.withLock { $0.refusesReports = false }
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream], reports: queue) { _ in
                try await eventually { queue.isEmpty }
            }
        }
        #expect(kept == 10)
    }

    @Test("An origin that takes no counts is sent none, and is followed all the same")
    func olderOrigin() async throws {
        source.state.withLock { $0.countsQueries = false }
        queue.add([1: 7], day: 1)
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream], reports: queue) { client in
                try await eventually { client.status.position == 1 }
                try source.publish(ZoneFixture("b.example.", generation: 2))
                server.wake()
                try await eventually { client.status.position == 2 }
                #expect(client.status.failures == 0)
            }
        }
        #expect(!queue.isEmpty)
        #expect(source.state.withLock { $0.reports.isEmpty })
    }
}
