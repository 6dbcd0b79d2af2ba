// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import ResponderNet

/// What one peer is told, and when. Time is made up.
@Suite struct NotifyLaneTests {
    /// A lane with a clock and identifiers that count.
    private struct Bench {
        var lane: NotifyLane
        var now = ContinuousClock.now
        var id: UInt16 = 0

        init(_ change: (inout NotifyTiming) -> Void = { _ in }) {
            var timing = NotifyTiming()
            change(&timing)
            lane = NotifyLane(timing: timing)
        }

        mutating func changed(_ label: String) throws -> Bool {
            lane.changed(try Name(text: "\(label)."))
        }

        /// All that may be sent now.
        mutating func sent() -> [String] {
            var zones: [String] = []
            while let sending = lane.next(
                now: now,
                freshID: {
                    id += 1
                    return id
                }
            ) {
                zones.append(sending.zone.text)
            }
            return zones
        }

        mutating func pass(_ time: Duration) -> NotifyLane.Expired {
            now += time
            return lane.advance(now: now)
        }

        mutating func answer(_ id: UInt16, _ verdict: NotifyLane.Verdict = .acknowledged) {
            lane.answered(id, verdict, now: now)
        }
    }

    @Test("A changed zone is sent once, and done when it is acknowledged")
    func acknowledged() throws {
        var bench = Bench()
        _ = try bench.changed("a")
        _ = try bench.changed("A")
        #expect(bench.sent() == ["a."])
        #expect(bench.sent() == [])
        #expect(bench.lane.pending == 1)
        #expect(bench.lane.zone(of: 1) == (try Name(text: "a.")))
        bench.answer(1)
        #expect(bench.lane.pending == 0)
        #expect(bench.lane.zone(of: 1) == nil)
        #expect(bench.pass(.seconds(1_000)).unanswered == 0)
        #expect(bench.sent() == [])
        #expect(bench.lane.deadline == nil)
    }

    @Test("A change while an answer is awaited is told after it, one for all such changes")
    func changedWhileSent() throws {
        var bench = Bench()
        _ = try bench.changed("a")
        #expect(bench.sent() == ["a."])
        for _ in 0..<5 { _ = try bench.changed("a") }
        #expect(bench.sent() == [])
        bench.answer(1)
        #expect(bench.lane.pending == 1)
        // Not at once: changes come in runs.
        #expect(bench.sent() == [])
        _ = bench.pass(.milliseconds(200))
        #expect(bench.sent() == ["a."])
        bench.answer(2)
        #expect(bench.lane.pending == 0)
    }

    @Test("A change shortly after an acknowledgement waits for the spacing, a later one does not")
    func spacing() throws {
        var bench = Bench()
        _ = try bench.changed("a")
        _ = bench.sent()
        bench.answer(1)
        _ = bench.pass(.milliseconds(100))
        _ = try bench.changed("a")
        #expect(bench.lane.pending == 1)
        #expect(bench.sent() == [])
        _ = bench.pass(.milliseconds(100))
        #expect(bench.sent() == ["a."])
        bench.answer(2)
        _ = bench.pass(.milliseconds(200))
        _ = try bench.changed("a")
        #expect(bench.sent() == ["a."])
    }

    @Test("Without an answer it is sent again after growing waits, and given up in the end")
    func retries() throws {
        var bench = Bench { $0.retries = [.seconds(1), .seconds(4), .seconds(9)] }
        _ = try bench.changed("a")
        for wait in [1, 4, 9] {
            #expect(bench.sent() == ["a."])
            #expect(bench.pass(.milliseconds(1_999)).unanswered == 0)
            let expired = bench.pass(.milliseconds(1))
            #expect(expired.unanswered == 1)
            #expect(expired.abandoned.isEmpty)
            #expect(bench.sent() == [])
            _ = bench.pass(.seconds(wait) - .milliseconds(1))
            #expect(bench.sent() == [])
            _ = bench.pass(.milliseconds(1))
        }
        #expect(bench.sent() == ["a."])
        let expired = bench.pass(.seconds(2))
        #expect(expired.abandoned.map(\.text) == ["a."])
        #expect(bench.lane.pending == 0)
        #expect(bench.lane.deadline == nil)
        // The next change begins anew.
        _ = try bench.changed("a")
        #expect(bench.sent() == ["a."])
    }

    @Test("A change while it waits for the next attempt is sent at once")
    func changedWhileWaiting() throws {
        var bench = Bench()
        _ = try bench.changed("a")
        _ = bench.sent()
        _ = bench.pass(.seconds(2))
        #expect(bench.sent() == [])
        _ = try bench.changed("a")
        #expect(bench.sent() == ["a."])
        // The wait from before means nothing any more.
        bench.answer(2)
        _ = bench.pass(.seconds(60))
        #expect(bench.sent() == [])
    }

    @Test("An answer that comes too late, or twice, is nobody's")
    func lateAnswer() throws {
        var bench = Bench()
        _ = try bench.changed("a")
        _ = bench.sent()
        _ = bench.pass(.seconds(2))
        bench.answer(1)
        #expect(bench.lane.pending == 1)
        _ = bench.pass(.seconds(1))
        #expect(bench.sent() == ["a."])
        bench.answer(2)
        bench.answer(2)
        #expect(bench.lane.pending == 0)
    }

    @Test("A refusal is an answer: it is not sent again before the next change")
    func refused() throws {
        var bench = Bench()
        _ = try bench.changed("a")
        _ = bench.sent()
        bench.answer(1, .refused)
        #expect(bench.lane.pending == 0)
        _ = bench.pass(.seconds(100))
        #expect(bench.sent() == [])
    }

    @Test("So many are sent before answers come, and only one at a time to a peer that is silent")
    func window() throws {
        var bench = Bench {
            $0.window = 4
            $0.patience = 4
        }
        for number in 0..<10 { _ = try bench.changed("z\(number)") }
        #expect(bench.sent() == ["z0.", "z1.", "z2.", "z3."])
        bench.answer(2)
        #expect(bench.sent() == ["z4."])
        #expect(bench.pass(.seconds(2)).unanswered == 4)
        #expect(bench.sent() == ["z5."])
        #expect(bench.sent() == [])
        bench.answer(6)
        #expect(bench.sent().count == 4)
    }

    @Test("There is room for so many zones; those that are there already always have it")
    func capacity() throws {
        var bench = Bench { $0.capacity = 2 }
        #expect(try bench.changed("a"))
        #expect(try bench.changed("b"))
        #expect(try !bench.changed("c"))
        #expect(try bench.changed("a"))
        _ = bench.sent()
        bench.answer(1)
        _ = bench.pass(.milliseconds(200))
        #expect(try bench.changed("c"))
    }

    @Test("A zone that is gone is forgotten")
    func forgotten() throws {
        var bench = Bench()
        _ = try bench.changed("a")
        _ = bench.sent()
        bench.lane.forget(1)
        #expect(bench.lane.pending == 0)
        #expect(bench.pass(.seconds(10)).unanswered == 0)
    }

    @Test("Identifiers in use are not used twice")
    func identifiers() throws {
        var lane = NotifyLane()
        _ = lane.changed(try Name(text: "a."))
        _ = lane.changed(try Name(text: "b."))
        var made: [UInt16] = [7, 7, 8]
        let first = lane.next(now: .now) { made.removeFirst() }
        let second = lane.next(now: .now) { made.removeFirst() }
        #expect(first?.id == 7)
        #expect(second?.id == 8)
    }

    @Test("Any course of events leaves nothing behind, and nothing untold", arguments: 0..<20 as Range<UInt64>)
    func randomCourse(seed: UInt64) throws {
        var random = SystemRandomNumberGenerator()
        var bench = Bench { $0.window = 3 }
        var open: [UInt16] = []
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3: _ = try bench.changed("z\(Int.random(in: 0..<6, using: &random))")
            case 3..<6:
                let before = bench.id
                _ = bench.sent()
                open += (before..<bench.id).map { $0 + 1 }
            case 6..<8:
                if let id = open.popLast() { bench.answer(id, Bool.random() ? .acknowledged : .refused) }
            default: _ = bench.pass(.milliseconds(Int.random(in: 1..<3_000, using: &random)))
            }
        }
        for _ in 0..<200 {
            let before = bench.id
            _ = bench.sent()
            for id in before..<bench.id { bench.answer(id + 1) }
            _ = bench.pass(.seconds(61))
        }
        #expect(bench.lane.pending == 0)
        #expect(bench.lane.deadline == nil)
    }
}
