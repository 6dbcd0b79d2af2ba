// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Testing

@testable import ControlKit
@testable import Database

@Suite("Doctor: records that are published as something else") struct CheckupRecordsTests {
    @Test("URL records without an address are a warning that says how many and what to do")
    func redirects() {
        #expect(Checkup.redirects(0) == .healthy("URL records"))
        let finding = Checkup.redirects(3)
        #expect(finding.isHealthy && finding.severity == .warning)
        #expect(finding.text.hasPrefix("WARN  URL records: 3 are published without an address\n      mend: "))
    }

    @Test("targets that are not resolved are named by state; those that are, and new ones, are not")
    func aliases() {
        func finding(_ counts: [AliasState: Int64], isPaused: Bool = false) -> Finding {
            Checkup.aliases(
                AliasSummary(counts: counts, overdueSeconds: 0, pausedSince: isPaused ? .init(microseconds: 0) : nil)
            )
        }
        #expect(finding([:]) == .healthy("ALIAS records"))
        #expect(finding([.resolved: 4, .pending: 1]) == .healthy("ALIAS records"))
        #expect(
            finding([.resolved: 4, .loop: 1, .failing: 2]).problem == "targets that are not resolved: 2 failing, 1 loop"
        )
        #expect(finding([.resolved: 4], isPaused: true).remedy == "zonewright alias resume")
    }
}
