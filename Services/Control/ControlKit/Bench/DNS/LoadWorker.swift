// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One thread of a load: sends bursts through its clients and takes the answers in, without waiting as long as either is
/// possible.
struct LoadWorker<Source: QuerySource, Client: LoadClient & ~Copyable>: ~Copyable {
    /// Only the header of a datagram is looked at; the rest need not be copied.
    private static var keptOctets: Int { 64 }
    /// Nothing to do for this long, in nanoseconds, and the thread sleeps instead of looking again.
    private static var patience: UInt64 { 50_000 }
    /// The length of a sleep.
    private static var restMilliseconds: Int32 { 1 }
    /// How often queries without answers are looked for, in nanoseconds.
    private static var expiryInterval: UInt64 { 10_000_000 }

    private let phase: LoadPhase
    private let timeout: UInt64
    /// A burst is worth its system call from this many packets on.
    private let worthwhile: Int
    private var clients: ClientPool<Client>
    private var burst: Burst
    private var source: Source
    private var pace: LoadPace
    private var meter = LoadMeter()

    /// - Throws: `ControlError` when the sockets cannot be had.
    init(_ settings: LoadSettings, _ thread: Int, _ source: Source, _ phase: LoadPhase) throws(ControlError) {
        let wanted = settings.clients(ofThread: thread)
        var clients = ClientPool<Client>(capacity: wanted)
        for _ in 0..<wanted { clients.append(try Client(settings)) }
        let burst = try Burst(receiveSize: Self.keptOctets)
        self.burst = burst
        self.clients = clients
        self.phase = phase
        self.source = source.forThread(thread, of: settings.threads)
        timeout = settings.timeout.wholeNanoseconds
        worthwhile = max(1, min(settings.window, Burst.capacity) / 2)
        pace = LoadPace(rate: settings.rate.map { $0 / Double(settings.threads) }, start: LoadClock.now)
    }

    /// Works until the phase is `drain` and nothing is in flight any more, and returns what was counted.
    mutating func run() -> LoadCounts {
        var nextExpiry = LoadClock.now + Self.expiryInterval
        var idleSince: UInt64?
        while true {
            let now = LoadClock.now
            meter.enter(phase.current, at: now)
            var moved = false
            for index in 0..<clients.count {
                if clients[index].receive(burst, &meter) { moved = true }
                if meter.sends, send(index, isEager: idleSince != nil) { moved = true }
            }
            if now >= nextExpiry {
                let oldest = now - min(now, timeout)
                for index in 0..<clients.count { clients[index].expire(before: oldest, &meter) }
                nextExpiry = now + Self.expiryInterval
            }
            if moved {
                if let since = idleSince { meter.noteIdle(now - since) }
                idleSince = nil
            } else if !meter.sends, isDone {
                return meter.counts
            } else if let since = idleSince {
                if now - since > Self.patience { rest(now) }
            } else {
                idleSince = now
            }
        }
    }

    private var isDone: Bool {
        for index in 0..<clients.count where clients[index].used > 0 { return false }
        return true
    }

    /// Sends a burst through one client when one is due and worth it; whether anything went.
    private mutating func send(_ index: Int, isEager: Bool) -> Bool {
        let now = LoadClock.now
        let room = min(clients[index].free, Burst.capacity, pace.due(at: now))
        guard room >= worthwhile || room > 0 && (isEager || pace.isPaced) else { return false }
        burst.clear()
        source.stage(into: &burst, maximum: room)
        return clients[index].send(burst, &pace, &meter, now: now)
    }

    /// Sleeps until an answer comes or a query is due.
    private func rest(_ now: UInt64) {
        if meter.sends, let wait = pace.wait(at: now), wait < UInt64(Self.restMilliseconds) * 1_000_000 { return }
        clients.wait(milliseconds: Self.restMilliseconds)
    }
}
