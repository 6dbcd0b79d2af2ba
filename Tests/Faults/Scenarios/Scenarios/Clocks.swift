// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Postgres
import TestSupport

extension FaultScenario {
    /// Clocks that jump.
    static let clocks = FaultScenario(
        "clocks",
        "the clock of each side jumps by a day and by ten years, there and back: order, changes and deliveries go on"
    ) { settings in
        try await FaultStack.with(settings) { stack in
            let library = try await FalseClock.Library.make(in: stack.folder)
            func clock(_ name: String) throws -> FalseClock {
                try FalseClock(library, file: "\(stack.folder)/\(name).clock")
            }
            let database = try clock("database")
            try await stack.cluster.stop()
            stack.cluster.set(environment: database.environment)
            try await stack.cluster.start()
            let sides = try ["api", "origin", "relay", "responder", "worker"].map { (name: $0, clock: try clock($0)) }
            let web = try stack.web(environment: sides[0].clock.environment)
            let glue = try stack.glue(environment: sides[1].clock.environment)
            let relay = try stack.relay(upstream: glue.port, environment: sides[2].clock.environment)
            let responder = try stack.responder(upstream: relay.port, environment: sides[3].clock.environment)
            let worker = try stack.worker(
                ["--webhook-allow-private"],
                environment: sides[4].clock.environment
            )
            let daemons = [web, glue, relay, responder, worker]
            let sink = try await WebhookSink.start()
            try await stack.zonewright("webhook", "create", "http://127.0.0.1:\(sink.port)/")
            for daemon in [web, glue, worker] { try await daemon.startAndWait() }
            let load = try ChangeLoad(stack, zone: "clocks.example")
            for daemon in [relay, responder] { try await daemon.startAndWait() }
            for name in load.counterNames { try await stack.waitForAddress([10, 0, 0, 0], of: name, at: [responder]) }

            let watch = AnswerWatch(load.counterNames, at: [responder])
            var probe = ChangeProbe(load, at: responder, to: sink)
            var run = ClockJumps(stack: stack, load: load)
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer {
                    load.stop()
                    watch.stop()
                }
                group.addTask { try await load.run(perSecond: 50) }
                group.addTask { try await watch.run() }
                for (name, clock) in sides + [(name: "database", clock: database)] {
                    try await run.jump(clock, of: name, &probe)
                }
                load.stop()
                watch.stop()
                try await group.waitForAll()
            }
            let missing = try await load.missing(at: [responder])
            try await stack.waitUntilPublished()
            try await stack.waitForEqualSets([relay.name, responder.name])
            let undelivered = await probe.undelivered()
            await sink.stop()
            let received = sink.all
            let found = watch.found
            for line in (missing + found.reverted + found.unanswered + load.problems + undelivered).prefix(20) {
                print("# \(line)")
            }
            for (name, clock) in sides + [(name: "database", clock: database)] {
                print("# \(name) waited by the wall clock: \(clock.waits.map { "\($0.kind) \($0.times)" })")
            }
            let clocks = sides.map(\.clock) + [database]
            let lost = [relay, responder].reduce(0) { $0 + Int($1.metric("follower_failures_total") ?? 0) }
            return [
                .count("acknowledged changes that are missing", missing.count),
                .count("answers that went back", found.reverted.count),
                .count("serials that went back", probe.serialsBack),
                .count("names twice", try await stack.namesTwice(in: load.zone)),
                .count("questions that were not answered", found.unanswered.count),
                .count("changes that were answered with an error", load.problems.count),
                .count("changes that no webhook told of", undelivered.count),
                .count("programs with the machine's clock", clocks.filter { $0.programs == 0 }.count),
                .count("waits that would not notice a clock that is set", clocks.reduce(0) { $0 + $1.waitsInKernel }),
                .count("daemons that ended", daemons.filter { !$0.isRunning }.count),
                .time("longest from a change after a jump to its answer", probe.longestToAnswer, limit: .seconds(5)),
                .time("longest from a change after a jump to its webhook", probe.longestToDelivery, limit: .seconds(5)),
                .measured("connections lost by the relay and the responder", Double(lost), "", limit: 0),
                .told("jumps", Double(run.jumps)), .told("changes", Double(load.totals.changes)),
                .told("requests sent again", Double(load.totals.repeats)),
                .told("webhooks that came twice", Double(received.events.values.filter { $0 > 1 }.count)),
            ]
        }
    }
}

/// Sets clocks while changes come, and looks after each time whether everything goes on.
private struct ClockJumps {
    private static let day = Duration.seconds(86_400)
    private static let tenYears = Duration.seconds(315_576_000)

    let stack: FaultStack
    let load: ChangeLoad
    private(set) var jumps = 0

    init(stack: FaultStack, load: ChangeLoad) {
        self.stack = stack
        self.load = load
    }

    /// By a day and by ten years, forwards and back, in the end right again.
    mutating func jump(_ clock: FalseClock, of side: String, _ probe: inout ChangeProbe) async throws {
        let offsets = stack.settings.size(
            [Self.day, .zero, .zero - Self.day, .zero, Self.tenYears, .zero - Self.tenYears, .zero],
            quick: [Self.tenYears, .zero - Self.tenYears, .zero]
        )
        for offset in offsets {
            try clock.set(offset)
            jumps += 1
            let years = offset / Self.tenYears * 10
            if side == "api" { try await waitForDate(years) }
            if side == "database" { try await waitForDatabase(offset) }
            try await probe.waitForNewChange("\(side)'s clock is wrong by \(offset)")
            try await Task.sleep(for: stack.settings.size(.seconds(3), quick: .zero))
        }
    }

    /// The API shows by its Date header that its clock was set.
    private func waitForDate(_ years: Double) async throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        try await waitUntil("the API says that it is \(years) years later") {
            guard let text = try stack.api("GET", "/zones/\(load.zone)").header("date"),
                let date = formatter.date(from: text)
            else { return false }
            return abs(date.timeIntervalSinceNow / 31_557_600 - years) < 0.001
        }
    }

    /// The database shows that its clock was set.
    private func waitForDatabase(_ offset: Duration) async throws {
        let now = Int64(Date().timeIntervalSince1970)
        let there = try await stack.number("SELECT extract(epoch FROM clock_timestamp())::bigint")
        guard abs(there - now - offset.components.seconds) < 60 else {
            throw FaultError("the database's clock is wrong by \(there - now) s")
        }
    }
}
