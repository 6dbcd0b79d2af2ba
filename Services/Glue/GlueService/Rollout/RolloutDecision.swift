// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database

/// What to do about a roll-out, given all that is known. Pure: no clock, no I/O.
enum RolloutDecision: Sendable, Hashable {
    /// Everything has gone out.
    case settled
    /// Everything up to this position is durable at the canary site: ask its responders whether they are well.
    case ask(upTo: Int64)
    /// There is no canary to wait for: everything may go out.
    case pass
    /// Nothing more goes out at this moment, and why.
    case wait(String)

    /// What becomes of changes while no responder of the canary site is connected.
    enum Absence: Sendable, Hashable {
        /// They wait until one is, or the operator releases them.
        case holds
        /// They go out once none has been heard of for so long.
        case passes(after: Duration)
    }

    /// The step that follows from `view`.
    static func next(_ view: RolloutStore.View, absence: Absence) -> RolloutDecision {
        guard view.position < view.head else { return .settled }
        let connected = view.canaries.filter(\.isConnected)
        guard let last = connected.min(by: { $0.acknowledged < $1.acknowledged }) else {
            if case .passes(let limit) = absence, view.secondsAway.map({ Duration.seconds($0) >= limit }) ?? true {
                return .pass
            }
            return .wait("no responder of the canary site is connected")
        }
        guard connected.contains(where: \.isResponder) else {
            return .wait("only relays of the canary site are connected, and no responder")
        }
        guard last.acknowledged > view.position else {
            return .wait("\(last.name) has not acknowledged position \(view.position + 1)")
        }
        return .ask(upTo: min(last.acknowledged, view.head))
    }
}
