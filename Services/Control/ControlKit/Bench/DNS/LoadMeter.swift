// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Counts what one thread sends and receives, and knows which of it lies in the measured time.
struct LoadMeter: Sendable {
    private(set) var counts = LoadCounts()
    private(set) var phase = LoadPhase.Phase.warmUp
    private var measuredFrom = UInt64.max
    private var measuredUntil = UInt64.max

    /// Takes over what is to be done from a moment on.
    mutating func enter(_ next: LoadPhase.Phase, at now: UInt64) {
        guard next != phase else { return }
        if measuredFrom == .max { measuredFrom = now }
        if next != .measure, measuredUntil == .max { measuredUntil = now }
        phase = next
    }

    /// Whether queries are to be sent.
    var sends: Bool { phase == .warmUp || phase == .measure }

    mutating func noteSent(at moment: UInt64) {
        if isMeasured(moment) { counts.sent += 1 }
    }

    /// A query that was noted as sent was not taken by the system.
    mutating func noteUnsent(at moment: UInt64) {
        if isMeasured(moment) { counts.sent -= 1 }
    }

    /// An answer that came at a moment to a query sent at another.
    mutating func noteAnswer(sentAt: UInt64, now: UInt64, flags: UInt16, octets: Int) {
        if phase == .measure { counts.arrived += 1 }
        if isMeasured(sentAt) {
            counts.addAnswer(flags: flags, octets: octets, nanoseconds: now > sentAt ? now - sentAt : 0)
        }
    }

    mutating func noteLost(sentAt: UInt64) {
        if isMeasured(sentAt) { counts.lost += 1 }
    }

    mutating func noteUnexpected() {
        if phase == .measure { counts.unexpected += 1 }
    }

    mutating func noteError() {
        if phase == .measure { counts.errors += 1 }
    }

    /// A stretch without anything to do that has ended.
    mutating func noteIdle(_ nanoseconds: UInt64) {
        if phase == .measure { counts.idle += nanoseconds }
    }

    private func isMeasured(_ moment: UInt64) -> Bool {
        moment >= measuredFrom && moment < measuredUntil
    }
}
