// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Testing

@testable import GlueService

@Suite struct RolloutDecisionTests {
    private typealias Canary = RolloutStore.Canary

    private func view(_ canaries: [Canary], position: Int64 = 5, away: Double? = 0) -> RolloutStore.View {
        RolloutStore.View(
            epoch: "e",
            head: 9,
            position: position,
            isHeld: false,
            secondsAway: away,
            canaries: canaries
        )
    }

    @Test func nothingIsToDoAtTheHead() {
        #expect(RolloutDecision.next(view([], position: 9), absence: .holds) == .settled)
    }

    @Test func theSlowestConnectedCanaryDecides() {
        let fast = Canary(name: "a", acknowledged: 9, isConnected: true)
        let slow = Canary(name: "b", acknowledged: 7, isConnected: true)
        let gone = Canary(name: "c", acknowledged: 2, isConnected: false)
        #expect(RolloutDecision.next(view([fast, slow, gone]), absence: .holds) == .ask(upTo: 7))
        let late = Canary(name: "b", acknowledged: 5, isConnected: true)
        #expect(
            RolloutDecision.next(view([fast, late]), absence: .holds) == .wait("b has not acknowledged position 6")
        )
    }

    @Test func aRelayAloneProvesNothing() {
        let relay = Canary(name: "r", acknowledged: 9, isConnected: true, isResponder: false)
        guard case .wait = RolloutDecision.next(view([relay]), absence: .passes(after: .zero)) else {
            Issue.record("a relay was enough")
            return
        }
    }

    @Test func anAbsentCanaryHoldsUnlessItMayBePassedOver() {
        let gone = Canary(name: "a", acknowledged: 9, isConnected: false)
        let wait = RolloutDecision.wait("no responder of the canary site is connected")
        #expect(RolloutDecision.next(view([gone], away: 1_000), absence: .holds) == wait)
        #expect(RolloutDecision.next(view([gone], away: 29), absence: .passes(after: .seconds(30))) == wait)
        #expect(RolloutDecision.next(view([gone], away: 30), absence: .passes(after: .seconds(30))) == .pass)
        #expect(RolloutDecision.next(view([], away: nil), absence: .passes(after: .seconds(30))) == .pass)
        #expect(RolloutDecision.next(view([], away: nil), absence: .holds) == wait)
    }
}
