// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import ServiceLifecycle
import Synchronization

/// Keeps the targets of ALIAS records resolved: takes what is due, a bounded number at a time, and writes results down as they
/// come, all that have come since the last time in one transaction.
///
/// Any number of workers may do so; see ``AliasStore``. What a worker had taken when it was killed is due again when its
/// lease ends.
final class AliasRefresher: Service {
    /// How long others keep off a target that was taken, in seconds: more than the attempts at all resolvers take.
    private static let lease = 60.0
    /// Results that one transaction takes.
    private static let batch = 500
    private static let pause = Duration.seconds(1)
    private static let statisticsInterval = Duration.seconds(10)

    private struct State {
        var running = 0
        /// Whether the last claim got all it asked for, so that more is likely.
        var hasMore = false
        var results: [AliasResult] = []
    }

    private let store: AliasStore
    private let resolver: AliasResolver
    private let concurrency: Int
    private let flags: FlagReader
    private let notifier: ChangeNotifier
    private let metrics: AliasMetrics
    private let logger: Logger
    private let state = Mutex(State())
    private let claims = WakeSignal()
    private let writes = WakeSignal()

    init(
        store: AliasStore,
        resolver: AliasResolver,
        concurrency: Int,
        flags: FlagReader = FlagReader(),
        notifier: ChangeNotifier,
        metrics: AliasMetrics,
        logger: Logger
    ) {
        self.store = store
        self.resolver = resolver
        self.concurrency = concurrency
        self.flags = flags
        self.notifier = notifier
        self.metrics = metrics
        self.logger = logger
    }

    /// Looks for targets at once.
    func wake() {
        claims.raise()
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await withDiscardingTaskGroup { group in
                group.addTask { await self.write() }
                group.addTask { await self.watchHomes() }
                group.addTask { await self.measure() }
                var failure = RetryDelay(cap: .seconds(10))
                while !Task.isCancelled {
                    do {
                        for (claimed, home) in try await claim() {
                            group.addTask { await self.resolve(claimed, home: home) }
                        }
                        failure.reset()
                        await claims.wait(atMost: Self.pause)
                    } catch {
                        await report(error, "cannot read the targets of ALIAS records", &failure)
                    }
                }
            }
        }
    }

    /// Takes targets when a good part of the attempts that may run does not.
    private func claim() async throws -> [(ClaimedAlias, AliasStore.Home?)] {
        let free = state.withLock { concurrency - $0.running }
        guard free >= max(1, concurrency / 4), flags.allowsAliasResolution else { return [] }
        let claimed = try await store.claim(limit: free, lease: Self.lease)
        state.withLock { $0.hasMore = claimed.count == free }
        guard !claimed.isEmpty else { return [] }
        try await store.forget(claimed.filter { !$0.isUsed }.map(\.name))
        let used = claimed.filter(\.isUsed)
        let homes = Dictionary(try await store.homes(of: used.map(\.name)).map { ($0.name, $0) }) { first, _ in first }
        state.withLock { $0.running += used.count }
        return used.map { ($0, homes[$0.name]) }
    }

    private func resolve(_ claimed: ClaimedAlias, home: AliasStore.Home?) async {
        // Only a worker that stops is cancelled: then the lease's end gives the target to another.
        let result = try? await resolver.resolve(claimed, home: home)
        let wantsMore = state.withLock { state in
            state.running -= 1
            if let result { state.results.append(result) }
            return state.hasMore && concurrency - state.running >= max(1, concurrency / 4)
        }
        if result != nil { writes.raise() }
        if wantsMore { claims.raise() }
    }

    /// Writes results down as they come.
    private func write() async {
        var failure = RetryDelay(cap: .seconds(5))
        while !Task.isCancelled {
            let results = state.withLock { state in
                defer { state.results.removeFirst(min(Self.batch, state.results.count)) }
                return Array(state.results.prefix(Self.batch))
            }
            guard !results.isEmpty else {
                await writes.wait()
                continue
            }
            do {
                try await record(results)
                failure.reset()
            } catch {
                // Not lost: the claims hold until the leases end, and after that others find the same.
                state.withLock { $0.results = results + $0.results }
                await report(error, "cannot write the targets of ALIAS records", &failure)
            }
        }
    }

    private func record(_ results: [AliasResult]) async throws {
        let zones = try await store.record(results)
        metrics.recorded(results, zones: zones)
        for result in results where result.isChange {
            logger.info(
                "the target of ALIAS records changed",
                metadata: [
                    "target": "\(result.name)", "state": "\(result.state.rawValue)",
                    "addresses": "\(result.addresses.a.count + result.addresses.aaaa.count)",
                ]
            )
        }
        if zones > 0 { try? await notifier.notify() }
    }

    private func watchHomes() async {
        var failure = RetryDelay(cap: .seconds(10))
        while !Task.isCancelled {
            do {
                if try await store.expireChangedHomes() > 0 { wake() }
                failure.reset()
                try await Task.sleep(for: Self.pause)
            } catch {
                await report(error, "cannot compare the targets of ALIAS records with our zones", &failure)
            }
        }
    }

    private func measure() async {
        while !Task.isCancelled {
            if let summary = try? await store.summary() { metrics.set(summary) }
            try? await Task.sleep(for: Self.statisticsInterval)
        }
    }

    private func report(_ error: any Error, _ what: Logger.Message, _ failure: inout RetryDelay) async {
        if Task.isCancelled { return }
        logger.warning(what, metadata: ["error": "\(error)"])
        try? await Task.sleep(for: failure.next())
    }
}
