// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// What the threads of a load are to do now; set by the thread that times the load, read by all.
final class LoadPhase: Sendable {
    enum Phase: UInt8 {
        /// Send, and forget the figures.
        case warmUp
        /// Send, and count.
        case measure
        /// Wait for what is still under way.
        case drain
        /// Return.
        case stop
    }

    private let phase = Atomic<UInt8>(Phase.warmUp.rawValue)

    var current: Phase {
        Phase(rawValue: phase.load(ordering: .acquiring)) ?? .stop
    }

    func set(_ next: Phase) {
        phase.store(next.rawValue, ordering: .releasing)
    }
}
