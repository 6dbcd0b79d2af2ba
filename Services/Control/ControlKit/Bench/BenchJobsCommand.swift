// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Jobs
import Postgres

/// `zonewright bench jobs`, and `zonewright jobs bench`: no-op jobs through the running workers.
struct BenchJobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Send no-op jobs through the running workers, and measure.",
        discussion: """
            The jobs are of the kind bench.noop in the queue bench, which a worker runs only if its option queues names it \
            (bench=1000). Without --rate they are put in by one transaction, and the time counts from the start of the first \
            one until the last one has ended. With --rate one after the other is put in, each in its own \
            transaction and with a note to the workers, and the time from enqueuing to start is measured by the \
            database's clock. The finished jobs are forgotten at the end.
            """,
        aliases: ["bench"]
    )

    @OptionGroup var database: DatabaseOptions

    @Option(help: "Jobs to send.")
    var count = 200_000

    @Option(help: "Jobs a second; as fast as the workers can unless given.")
    var rate: Int?

    @Option(help: "When to give up, in seconds.")
    var timeout = 600

    func validate() throws {
        guard (1...10_000_000).contains(count) else { throw ValidationError("--count: must be from 1 to 10000000") }
        guard rate.map({ (1...10_000).contains($0) }) ?? true else {
            throw ValidationError("--rate: must be from 1 to 10000")
        }
        guard (1...86_400).contains(timeout) else { throw ValidationError("--timeout: must be from 1 to 86400") }
    }

    func run() async throws {
        try await database.withPool { pool in
            let bench = JobBench(pool: pool)
            try await bench.clear()
            if let rate {
                let notifier = JobNotifier(pool: pool, logger: DatabaseOptions.logger)
                try await send(bench, rate: rate, notifier)
                try await finish(bench)
                let latencies = try await bench.startLatencies()
                print("\(latencies.count) jobs at \(rate)/s, from enqueuing to start:")
                print(LatencySummary(milliseconds: latencies).text)
            } else {
                try await bench.fill(count)
                try await JobNotifier(pool: pool, logger: DatabaseOptions.logger).notify()
                try await finish(bench)
                let seconds = try await bench.burnDownSeconds()
                print("\(count) jobs in \(Self.rounded(seconds)) s: \(Int(Double(count) / max(seconds, 0.001)))/s")
            }
            try await bench.clear()
        }
    }

    private func send(_ bench: JobBench, rate: Int, _ notifier: JobNotifier) async throws {
        let notes = Task { await notifier.run() }
        // Cancelled when all have been sent.
        defer { notes.cancel() }
        let start = ContinuousClock.now
        for number in 0..<count {
            try? await Task.sleep(until: start + .seconds(1) * number / rate)
            try await bench.enqueueOne(number)
            notifier.enqueued()
        }
        // The last note may still wait for its turn.
        try await notifier.notify()
    }

    private func finish(_ bench: JobBench) async throws {
        let deadline = ContinuousClock.now + .seconds(timeout)
        while true {
            let left = try await bench.left()
            if left == 0 { return }
            guard ContinuousClock.now < deadline else {
                throw ControlError("\(left) jobs have not ended; does a worker run the queue \(BenchNoop.queue)?")
            }
            // Counting reads the whole table: more often it would take its share of what is measured.
            try await Task.sleep(for: .seconds(1))
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
