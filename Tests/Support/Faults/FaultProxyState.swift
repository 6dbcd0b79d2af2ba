// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// What the connections of a ``FaultProxy`` share, from any thread.
final class FaultProxyState: Sendable {
    private struct State {
        var rules = FaultRules()
        var strikes: [FaultStrike] = []
        var struck = 0
        var counts = FaultProxy.Counts()
        var target: (host: String, port: Int)
        var generator: SeededGenerator
    }

    let unit: FaultUnit
    private let state: Mutex<State>

    init(target: (host: String, port: Int), unit: FaultUnit, seed: UInt64) {
        self.unit = unit
        state = Mutex(State(target: target, generator: SeededGenerator(seed: seed)))
    }

    var rules: FaultRules {
        get { state.withLock { $0.rules } }
        set { state.withLock { $0.rules = newValue } }
    }

    var target: (host: String, port: Int) {
        get { state.withLock { $0.target } }
        set { state.withLock { $0.target = newValue } }
    }

    var counts: FaultProxy.Counts { state.withLock { $0.counts } }

    /// How many strikes were carried out.
    var struck: Int { state.withLock { $0.struck } }

    func add(_ strike: FaultStrike) {
        state.withLock { $0.strikes.append(strike) }
    }

    /// The next strike that applies to a unit; it is used up.
    func strike(_ direction: FaultRules.Direction, _ unit: [UInt8]) -> FaultStrike.Action? {
        state.withLock { state in
            guard
                let index = state.strikes.firstIndex(where: {
                    $0.direction == direction && unit.starts(with: $0.prefix.utf8)
                })
            else { return nil }
            state.struck += 1
            return state.strikes.remove(at: index).action
        }
    }

    /// A generator of its own for a connection's direction.
    func generator() -> SeededGenerator {
        state.withLock { SeededGenerator(seed: $0.generator.next()) }
    }

    func count(_ change: (inout FaultProxy.Counts) -> Void) {
        state.withLock { change(&$0.counts) }
    }
}
