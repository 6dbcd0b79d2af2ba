// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// What one peer is still to be told: which zones, when, and what it has not answered yet.
///
/// A state machine: times go in with each call, and nothing here waits or sends. Each zone is there once, however often
/// it changes.
struct NotifyLane {
    /// What to do about a notification.
    enum Verdict: Hashable {
        /// The peer knows.
        case acknowledged
        /// The peer does not want it.
        case refused
    }

    /// A notification to be sent now.
    struct Sending: Hashable {
        /// The zone.
        let zone: Name
        /// Names the attempt, also in the message.
        let id: UInt16
    }

    /// What came of times that have passed.
    struct Expired {
        /// Attempts that were not answered in time.
        var unanswered = 0
        /// Zones given up.
        var abandoned: [Name] = []
    }

    private enum Phase {
        /// To be sent as soon as the window allows.
        case ready
        /// Sent, not answered.
        case sent(id: UInt16, changed: Bool)
        /// Waits to be sent again.
        case waiting
        /// Answered, and not to be sent again so soon.
        case resting(changed: Bool)
    }

    private struct Entry {
        var phase: Phase
        /// Attempts without an answer.
        var failures: Int
        /// Tells this phase from those before, which may still stand in a queue.
        var turn: UInt64
    }

    private struct Due {
        let time: ContinuousClock.Instant
        let zone: Name
        let turn: UInt64
    }

    private let timing: NotifyTiming
    private var entries: [Name: Entry] = [:]
    private var byID: [UInt16: Name] = [:]
    private var ready = Queue<(zone: Name, turn: UInt64)>()
    /// In the order of their times: all that is in one queue waits equally long.
    private var sent = Queue<Due>()
    private var resting = Queue<Due>()
    private var waiting: [Queue<Due>]
    private var turns: UInt64 = 0
    private var failuresInRow = 0
    private var restingUnchanged = 0

    init(timing: NotifyTiming = NotifyTiming()) {
        self.timing = timing
        waiting = Array(repeating: Queue(), count: timing.retries.count)
    }

    /// Zones that the peer has not acknowledged.
    var pending: Int { entries.count - restingUnchanged }

    /// Notes that a zone has changed; false when there is no room for it.
    mutating func changed(_ zone: Name) -> Bool {
        guard let entry = entries[zone] else {
            guard entries.count < timing.capacity else { return false }
            makeReady(zone)
            return true
        }
        switch entry.phase {
        case .ready: break
        // Tried anew from the start: the peer may be there again.
        case .waiting: makeReady(zone)
        case .sent(let id, _): entries[zone]?.phase = .sent(id: id, changed: true)
        case .resting(let changed):
            if !changed { restingUnchanged -= 1 }
            entries[zone]?.phase = .resting(changed: true)
        }
        return true
    }

    /// The next notification to send; nil when there is none, or the window is full.
    ///
    /// - Parameter freshID: makes an identifier; called until one is not in use.
    mutating func next(now: ContinuousClock.Instant, freshID: () -> UInt16) -> Sending? {
        guard byID.count < (failuresInRow >= timing.patience ? 1 : timing.window) else { return nil }
        while let first = ready.popFirst() {
            guard let entry = entries[first.zone], entry.turn == first.turn, case .ready = entry.phase else { continue }
            var id = freshID()
            while byID[id] != nil { id = freshID() }
            byID[id] = first.zone
            let turn = enter(first.zone, .sent(id: id, changed: false), failures: entry.failures)
            sent.append(Due(time: now + timing.timeout, zone: first.zone, turn: turn))
            return Sending(zone: first.zone, id: id)
        }
        return nil
    }

    /// The zone that an answer with this identifier can be about.
    func zone(of id: UInt16) -> Name? { byID[id] }

    /// Takes the answer to an attempt.
    mutating func answered(_ id: UInt16, _ verdict: Verdict, now: ContinuousClock.Instant) {
        guard let zone = byID.removeValue(forKey: id), case .sent(_, let changed)? = entries[zone]?.phase else {
            return
        }
        failuresInRow = 0
        let turn = enter(zone, .resting(changed: changed), failures: 0)
        if !changed { restingUnchanged += 1 }
        resting.append(Due(time: now + timing.spacing, zone: zone, turn: turn))
    }

    /// Forgets a zone that is not there any more, unless an answer about it may still come.
    mutating func forget(_ id: UInt16) {
        guard let zone = byID.removeValue(forKey: id) else { return }
        entries[zone] = nil
    }

    /// Moves on what has waited long enough.
    mutating func advance(now: ContinuousClock.Instant) -> Expired {
        var expired = Expired()
        while let due = sent.first, due.time <= now {
            _ = sent.popFirst()
            guard let entry = entries[due.zone], entry.turn == due.turn, case .sent(let id, let changed) = entry.phase
            else { continue }
            byID[id] = nil
            expired.unanswered += 1
            failuresInRow += 1
            if changed {
                makeReady(due.zone)
            } else if entry.failures < timing.retries.count {
                let turn = enter(due.zone, .waiting, failures: entry.failures + 1)
                let time = now + timing.retries[entry.failures]
                waiting[entry.failures].append(Due(time: time, zone: due.zone, turn: turn))
            } else {
                entries[due.zone] = nil
                expired.abandoned.append(due.zone)
            }
        }
        for index in waiting.indices {
            while let due = waiting[index].first, due.time <= now {
                _ = waiting[index].popFirst()
                guard let entry = entries[due.zone], entry.turn == due.turn else { continue }
                makeReady(due.zone, failures: entry.failures)
            }
        }
        while let due = resting.first, due.time <= now {
            _ = resting.popFirst()
            guard let entry = entries[due.zone], entry.turn == due.turn, case .resting(let changed) = entry.phase
            else { continue }
            if changed {
                makeReady(due.zone)
            } else {
                restingUnchanged -= 1
                entries[due.zone] = nil
            }
        }
        return expired
    }

    /// When ``advance(now:)`` next has something to do; nil when nothing waits.
    var deadline: ContinuousClock.Instant? {
        ([sent.first, resting.first] + waiting.map(\.first)).compactMap { $0?.time }.min()
    }

    private mutating func makeReady(_ zone: Name, failures: Int = 0) {
        ready.append((zone, enter(zone, .ready, failures: failures)))
    }

    private mutating func enter(_ zone: Name, _ phase: Phase, failures: Int) -> UInt64 {
        turns += 1
        entries[zone] = Entry(phase: phase, failures: failures, turn: turns)
        return turns
    }
}

/// A queue in an array.
private struct Queue<Element> {
    private var elements: [Element] = []
    private var head = 0

    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            head += 1
            if head > 64, head * 2 > elements.count {
                elements.removeFirst(head)
                head = 0
            }
        }
        return elements[head]
    }
}
