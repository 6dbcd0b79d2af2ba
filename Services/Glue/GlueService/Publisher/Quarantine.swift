// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Zones that cannot be published, so that they do not hold up the others. A zone is tried again when its owner has
/// changed something, and now and then anyway, since the fault may have been ours.
package final class Quarantine: Sendable {
    private struct Patient {
        let name: String
        let reason: String
        /// The newest outbox row that was there at the failure.
        let newestEntry: Int64
        let retryAt: ContinuousClock.Instant
    }

    private let retryAfter: Duration
    private let patients = Mutex<[Int64: Patient]>([:])

    package init(retryAfter: Duration = .seconds(60)) {
        self.retryAfter = retryAfter
    }

    /// Puts a zone in; returns whether this is news (a new zone, or another reason).
    func add(zone: Int64, name: String, reason: String, newestEntry: Int64) -> Bool {
        let patient = Patient(
            name: name,
            reason: reason,
            newestEntry: newestEntry,
            retryAt: .now + retryAfter
        )
        return patients.withLock { $0.updateValue(patient, forKey: zone) }?.reason != reason
    }

    /// Takes zones out that were published; returns those that were in.
    func remove(_ zones: some Sequence<Int64>) -> [Int64] {
        patients.withLock { patients in zones.filter { patients.removeValue(forKey: $0) != nil } }
    }

    /// The zones to leave out at this moment, given the newest outbox row of each zone. A zone without rows is out.
    func held(newestEntries: [Int64: Int64]) -> [Int64] {
        let now = ContinuousClock.now
        return patients.withLock { patients in
            patients = patients.filter { newestEntries[$0.key] != nil }
            return patients.filter { zone, patient in
                patient.retryAt > now && (newestEntries[zone] ?? 0) <= patient.newestEntry
            }.map(\.key)
        }
    }

    /// All zones in quarantine.
    package var zones: [Int64] { patients.withLock { Array($0.keys) } }

    /// Zone name and reason of each, sorted, for reports.
    package var report: [(zone: String, reason: String)] {
        patients.withLock { $0.values.map { ($0.name, $0.reason) } }.sorted { $0.0 < $1.0 }
    }
}
