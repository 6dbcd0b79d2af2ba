// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Testing

@testable import WebApp

@Suite struct TokenUsesTests {
    @Test func `uses are given once, and a token at most once a minute`() {
        let uses = TokenUses()
        uses.note(1, at: 1_000)
        uses.note(1, at: 1_005)
        uses.note(2, at: 1_001)
        #expect(uses.take(now: 1_010) == [1: Timestamp(seconds: 1_005), 2: Timestamp(seconds: 1_001)])
        #expect(uses.take(now: 1_010).isEmpty)
        uses.note(1, at: 1_064)
        #expect(uses.take(now: 1_064).isEmpty)
        uses.note(1, at: 1_065)
        #expect(uses.take(now: 1_065) == [1: Timestamp(seconds: 1_065)])
    }
}
