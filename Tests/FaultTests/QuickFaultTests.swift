// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import FaultScenarios
import Testing

extension FaultScenario: CustomTestStringConvertible {
    /// The scenario's name.
    public var testDescription: String { name }
}

/// The scenarios of `make test-faults` with small numbers. Figures of time are not asserted here.
@Suite("Faults, in small", .serialized)
struct QuickFaultTests {
    @Test("nothing is lost, and everything goes on", arguments: FaultScenario.all.filter(\.hasQuickForm))
    func scenario(_ scenario: FaultScenario) async {
        let result = await FaultResult.of(scenario, FaultSettings(isQuick: true))
        #expect(result.passed, "\(result.text)\nseed \(result.seed)")
    }
}
