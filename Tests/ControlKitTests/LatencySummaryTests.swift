// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import ControlKit

@Suite struct LatencySummaryTests {
    @Test("percentiles are values that were measured")
    func percentiles() {
        let summary = LatencySummary(milliseconds: (1...100).map(Double.init).shuffled())
        #expect(summary.percentile(0.5) == 50)
        #expect(summary.percentile(0.99) == 99)
        #expect(summary.percentile(1) == 100)
        #expect(summary.percentile(0) == 1)
        #expect(summary.text.hasPrefix("p50 50.0 ms"))
    }

    @Test("nothing measured gives zeros, not a crash")
    func empty() {
        #expect(LatencySummary(milliseconds: []).percentile(0.99) == 0)
    }
}
