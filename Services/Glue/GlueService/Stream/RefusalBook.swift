// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Metrics
import Synchronization
import ZoneSync

/// Refusals on their way to the database, at a bounded rate: a consumer that refuses a million zones costs no more than
/// one that refuses a thousand.
final class RefusalBook: Sendable {
    /// Refusals taken in a second; those beyond it are counted only. A zone's next change brings its refusal again.
    static let rate = 1_000

    /// Entries that are looked at whenever a consumer acknowledges something; more wait for the next second.
    private static let few = 100

    private struct Key: Hashable {
        let node: String
        let zone: String
    }

    private struct State {
        var refusals: [Key: QuarantineStore.Refusal] = [:]
        /// Consumers that began a snapshot: what is known of them is void.
        var anew: Set<String> = []
        var second = ContinuousClock.now
        var taken = 0
        /// Whether the table holds something, and little.
        var holdsFew = false
    }

    private let store: QuarantineStore
    private let state = Mutex(State())
    private let refused = Counter(label: "glue_refusals_total")
    private let dropped = Counter(label: "glue_refusals_dropped_total")

    init(store: QuarantineStore) {
        self.store = store
    }

    /// Takes a refusal; returns false when there were too many of late.
    func refuse(_ refusal: QuarantineStore.Refusal) -> Bool {
        refused.increment()
        let isTaken = state.withLock { state in
            let now = ContinuousClock.now
            if now - state.second >= .seconds(1) { (state.second, state.taken) = (now, 0) }
            guard state.taken < Self.rate else { return false }
            state.taken += 1
            state.refusals[Key(node: refusal.node, zone: refusal.zoneName)] = refusal
            return true
        }
        if !isTaken { dropped.increment() }
        return isTaken
    }

    /// The consumer takes a snapshot: its quarantine begins anew.
    func begin(_ node: String) {
        state.withLock { state in
            state.refusals = state.refusals.filter { $0.key.node != node }
            state.anew.insert(node)
        }
    }

    /// Writes what has gathered. Must come before the acknowledgements that followed the refusals, so that nobody sees
    /// these without those. What could not be written is kept.
    func flush() async throws {
        let (refusals, anew) = state.withLock { state in
            defer { (state.refusals, state.anew) = ([:], []) }
            return (state.refusals, state.anew)
        }
        do {
            if !anew.isEmpty { try await store.forget(nodes: anew.sorted()) }
            if !refusals.isEmpty {
                let written = try await store.write(Array(refusals.values))
                if written < refusals.count { dropped.increment(by: refusals.count - written) }
                state.withLock { $0.holdsFew = written <= Self.few }
            }
        } catch {
            state.withLock { state in
                // One that begins anew meanwhile has made these void.
                let old = refusals.filter { !state.anew.contains($0.key.node) }
                state.refusals.merge(old) { newer, _ in newer }
                // Too many for one table anyway; the newest are the ones to keep.
                if state.refusals.count > 10 * Self.rate { state.refusals = [:] }
                state.anew.formUnion(anew)
            }
            throw error
        }
    }

    /// Whether settling at each acknowledgement is worth it: there is something, and looking at it is cheap.
    var settlesAtOnce: Bool { state.withLock { $0.holdsFew } }

    /// Ends the quarantine of zones that were applied or are gone, and returns them.
    func settle() async throws -> [(zone: String, node: String)] {
        let settled = try await store.settle()
        let count = try await store.count()
        state.withLock { $0.holdsFew = (1...Int64(Self.few)).contains(count) }
        Gauge(label: "glue_refused_zones").record(count)
        return settled
    }
}
