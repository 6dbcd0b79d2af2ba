// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Logging
import NIOPosix
import ResponderEngine
import Runtime
import ServiceLifecycle
import Synchronization
import ZoneStore
import ZoneSync

/// Gathers the responders' counts by zone, and has the follower's connection report them.
///
/// At a stop the last counts are gathered when nobody answers any more. What no origin has kept by then is left in the
/// data folder for the next process, which looks there at each interval: in a handover the one that goes ends last.
final class CountingService: Service {
    /// How long a stop waits for the origin to keep the last counts.
    private static let patience = Duration.seconds(2)

    private let tallies: ZoneTallies
    private let queue: ReportQueue
    private let client: FollowerClient
    private let store: ZoneStore
    private let spool: CountSpool
    private let interval: Duration
    private let logger: Logger
    /// When the counts were last looked at.
    private let looked = Mutex(ContinuousClock.now)
    /// Runs whose reports were taken from the spool and are not all acknowledged.
    private let adopted = Mutex<Set<String>>([])
    /// Queries for which the tallies had no place.
    private let missed = Mutex<UInt64>(0)

    init(
        tallies: ZoneTallies,
        queue: ReportQueue,
        client: FollowerClient,
        store: ZoneStore,
        spool: CountSpool,
        interval: Duration,
        logger: Logger
    ) {
        self.tallies = tallies
        self.queue = queue
        self.client = client
        self.store = store
        self.spool = spool
        self.interval = interval
        self.logger = logger
    }

    /// Shows how many queries were answered and are in no report.
    func register(in registry: MetricsRegistry) {
        registry.collect(
            .counter,
            "dns_uncounted_queries_total",
            help: "Queries that are missing in the counts by zone, for want of room."
        ) { [self] in
            [MetricSample(value: Double(missed.withLock { $0 } + queue.lost))]
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                await onOtherThread { self.adopt() }
                client.reportSoon()
                try? await Task.sleep(for: CountingDay.pause(now: Self.now, interval: interval))
                guard !Task.isCancelled else { break }
                await onOtherThread { self.gather() }
            }
        }
        await onOtherThread { self.gather() }
        client.reportSoon()
        let deadline = ContinuousClock.now + Self.patience
        while !queue.isEmpty, client.status.isLive, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(20))
        }
        await onOtherThread { self.leave() }
    }

    /// Takes the counts out of the tallies.
    private func gather() {
        var counts: [UInt32: UInt64] = [:]
        var missed: UInt64 = 0
        let zones = (try? store.count()) ?? 0
        // A responder is at its counts for microseconds. What it still holds after this comes the next time.
        var attempts = 20
        while !tallies.collect(zones: zones, into: &counts, missed: &missed), attempts > 0 {
            attempts -= 1
            usleep(1_000)
        }
        let now = ContinuousClock.now
        let elapsed = looked.withLock { looked in
            defer { looked = now }
            return now - looked
        }
        queue.add(counts, day: CountingDay.day(now: Self.now, elapsed: elapsed))
        self.missed.withLock { $0 += missed }
    }

    /// Takes over what processes before this one have left, and removes it when it is acknowledged.
    private func adopt() {
        for run in spool.runs() where run != queue.run {
            if adopted.withLock({ !$0.insert(run).inserted }) {
                guard !queue.holds(run: run) else { continue }
                spool.remove(run: run)
                _ = adopted.withLock { $0.remove(run) }
                continue
            }
            do {
                queue.inherit(try spool.read(run: run))
            } catch {
                logger.error("counts of an earlier process cannot be read", metadata: ["reason": "\(error)"])
                // It stays where it is, and is tried again.
                _ = adopted.withLock { $0.remove(run) }
            }
        }
    }

    /// Leaves what is not acknowledged to the next process.
    private func leave() {
        // What was adopted lies in the folder still.
        let reports = queue.takeAll()
        guard !reports.isEmpty else { return }
        do {
            try spool.write(reports, run: queue.run)
        } catch {
            logger.error("the last counts are lost", metadata: ["reason": "\(error)"])
        }
    }

    private static var now: Int64 { Int64(clamping: WallClock.seconds()) }

    /// It reads much memory, or files: nothing for the pool that tasks share.
    private func onOtherThread(_ body: @escaping @Sendable () -> Void) async {
        try? await NIOThreadPool.singleton.runIfActive(body)
    }
}
