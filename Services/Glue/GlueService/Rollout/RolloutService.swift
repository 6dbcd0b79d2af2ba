// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import Metrics
import ServiceLifecycle
import ZoneSync

/// Lets changes go on from the canary site to the others: asks, writes down, and moves the gate.
///
/// Any number of origins may run it: the database holds the state, each step only moves it on, and each origin's gate
/// follows it. Steps gather while one is under way, so that a busy stream costs a step for many changes.
struct RolloutService: Service {
    /// How often to look without having been told.
    private static let interval = Duration.milliseconds(100)

    private let gate: RolloutGate
    private let store: RolloutStore
    private let probe: CanaryProbe
    private let absence: RolloutDecision.Absence
    private let patience: Duration
    private let logger: Logger
    private let moved: @Sendable () -> Void

    /// - Parameters:
    ///   - patience: How long the canary may take before the roll-out counts as held.
    ///   - moved: Called when the gate has moved.
    init(
        gate: RolloutGate,
        store: RolloutStore,
        probe: CanaryProbe,
        absence: RolloutDecision.Absence,
        patience: Duration,
        logger: Logger,
        moved: @escaping @Sendable () -> Void
    ) {
        self.gate = gate
        self.store = store
        self.probe = probe
        self.absence = absence
        self.patience = patience
        self.logger = logger
        self.moved = moved
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while !Task.isCancelled {
                        gate.look()
                        try? await Task.sleep(for: Self.interval)
                    }
                }
                var waiting = Waiting()
                await gate.signal.onEach { await step(&waiting) }
            }
        }
    }

    /// Since when, and for what, the roll-out waits.
    private struct Waiting {
        var since: ContinuousClock.Instant?
        var failure: String?
    }

    private func step(_ waiting: inout Waiting) async {
        do {
            var view = try await store.view(site: gate.site)
            view = gate.reached.improve(view)
            follow(view.position)
            switch RolloutDecision.next(view, absence: absence) {
            case .settled:
                waiting = Waiting()
                if view.isHeld { try await opened() }
            case .pass:
                waiting = Waiting()
                try await advance(to: view.head, view)
            case .ask(let position):
                try await ask(upTo: position, view, &waiting)
            case .wait(let reason):
                try await wait(reason, &waiting)
            }
            record(view)
        } catch is CancellationError {
            return
        } catch {
            logger.debug("cannot look at the roll-out", metadata: ["error": "\(error)"])
        }
    }

    private func ask(upTo position: Int64, _ view: RolloutStore.View, _ waiting: inout Waiting) async throws {
        do {
            let changes = try await store.changes(after: view.position, upTo: position, limit: CanaryProbe.zones)
            try await probe.check(view.canaries, changes)
        } catch let failure as CanaryProbe.Failure {
            Counter(label: "glue_rollout_failures_total").increment()
            try await wait("\(failure)", &waiting)
            return
        }
        waiting = Waiting()
        try await advance(to: position, view)
    }

    private func advance(to position: Int64, _ view: RolloutStore.View) async throws {
        try await store.advance(to: position, site: gate.site, epoch: view.epoch)
        if view.isHeld { logger.notice("the roll-out goes on", metadata: ["position": "\(position)"]) }
        follow(position)
    }

    private func wait(_ reason: String, _ waiting: inout Waiting) async throws {
        let since = waiting.since ?? .now
        waiting.since = since
        guard ContinuousClock.now - since >= patience else { return }
        let isNews = try await store.hold(reason, site: gate.site)
        guard isNews || waiting.failure == nil else { return }
        waiting.failure = reason
        logger.error(
            "the roll-out is held: other sites do not get what is new",
            metadata: ["canary-site": "\(gate.site)", "reason": "\(reason)"]
        )
    }

    private func opened() async throws {
        if try await store.open(site: gate.site) { logger.notice("nothing is held back any more") }
    }

    private func follow(_ position: Int64) {
        if gate.move(to: position) { moved() }
    }

    private func record(_ view: RolloutStore.View) {
        Gauge(label: "glue_rollout_position").record(gate.ceiling)
        Gauge(label: "glue_rollout_behind_positions").record(max(0, view.head - gate.ceiling))
        Gauge(label: "glue_rollout_held").record(view.isHeld ? 1 : 0)
    }
}
