// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Testing

@testable import WorkerService

@Suite struct AliasJudgeTests {
    private let rules = AliasRules()
    private let known = AliasAddresses(a: ["192.0.2.1"], aaaa: ["2001:db8::1"], ttl: 300)

    private func claimed(_ addresses: AliasAddresses, emptySeconds: Double? = nil, failures: Int32 = 0) -> ClaimedAlias
    {
        ClaimedAlias(name: "t.example", addresses: addresses, failures: failures, emptySeconds: emptySeconds)
    }

    private func judge(_ claimed: ClaimedAlias, _ a: AliasOutcome, _ aaaa: AliasOutcome) -> AliasResult {
        AliasJudge.judge(claimed, a: a, aaaa: aaaa, rules: rules)
    }

    @Test func `an answer takes the place of what there was, sorted, each address once`() {
        let result = judge(
            claimed(known),
            .addresses(["192.0.2.9", "192.0.2.10", "192.0.2.9"], ttl: 400),
            .none("none", ttl: 60)
        )
        #expect(result.state == .resolved && result.isChange)
        #expect(result.addresses == AliasAddresses(a: ["192.0.2.10", "192.0.2.9"], ttl: 400))
        #expect(result.wait == 400 && result.failures == 0 && result.reason == nil)
    }

    @Test func `the order of addresses is no change`() {
        let two = AliasAddresses(a: ["192.0.2.1", "192.0.2.2"], ttl: 300)
        let result = judge(claimed(two), .addresses(["192.0.2.2", "192.0.2.1"], ttl: 300), .none("none", ttl: 60))
        #expect(!result.isChange)
    }

    @Test func `a family that failed keeps its last addresses`() {
        let result = judge(claimed(known), .addresses(["192.0.2.9"], ttl: 300), .failure("timeout"))
        #expect(result.addresses == AliasAddresses(a: ["192.0.2.9"], aaaa: ["2001:db8::1"], ttl: 300))
        #expect(result.reason == "AAAA: timeout" && result.wait == 30)
    }

    @Test func `failures change nothing, however many, and are repeated ever more slowly`() {
        var failures: Int32 = 0
        var waits: [Double] = []
        for _ in 0..<40 {
            let result = judge(claimed(known, failures: failures), .failure("timeout"), .none("gone", ttl: 5))
            #expect(result.addresses == known && !result.isChange && result.state == .failing)
            failures = result.failures
            waits.append(result.wait)
        }
        #expect(failures == 40)
        #expect(waits.prefix(7) == [1, 2, 4, 8, 16, 32, 60] && waits.last == 60)
    }

    @Test func `a target without addresses keeps the last ones for a while, and then loses them`() {
        let none = AliasOutcome.none("the target does not exist", ttl: 900)
        let first = judge(claimed(known), none, none)
        #expect(first.addresses == known && !first.isChange && first.isEmpty && first.state == .empty)
        #expect(first.wait == 30)
        #expect(first.reason?.contains("still published") == true)
        #expect(!judge(claimed(known, emptySeconds: 299), none, none).isChange)
        let over = judge(claimed(known, emptySeconds: 300), none, none)
        #expect(over.isChange && over.addresses.isEmpty && over.wait == 900)
        #expect(!judge(claimed(AliasAddresses(), emptySeconds: 999), none, none).isChange)
    }

    @Test func `a denial beside a failure is no denial`() {
        let result = judge(claimed(known, emptySeconds: 999), .none("gone", ttl: 60), .failure("SERVFAIL"))
        #expect(result.addresses == known && result.state == .failing && !result.isEmpty)
    }

    @Test func `a loop takes the addresses back at once`() {
        let result = AliasJudge.loop(claimed(known), rules: rules)
        #expect(result.isChange && result.addresses.isEmpty && result.state == .loop)
    }

    @Test func `TTLs keep the bounds`() {
        #expect(judge(claimed(.init()), .addresses(["192.0.2.1"], ttl: 0), .none("", ttl: 1)).addresses.ttl == 30)
        #expect(judge(claimed(.init()), .addresses(["192.0.2.1"], ttl: .max), .none("", ttl: 1)).addresses.ttl == 3_600)
    }

    @Test func `what is left of a TTL is no change, but a TTL that is lower for long is`() {
        var steady = SteadyTTL(published: 0, lower: 0, lowerCount: 0)
        for ttl in [300, 120, 40, 300, 290] as [Int32] { steady.see(ttl) }
        #expect(steady.published == 300)
        for ttl in [60, 31, 60, 30, 60, 60, 60] as [Int32] { steady.see(ttl) }
        // With the 290 from before these are eight in a row.
        #expect(steady.published == 290)
        for ttl in [60, 31, 60, 30, 60, 60, 60, 59] as [Int32] { steady.see(ttl) }
        #expect(steady.published == 60)
        steady.see(3_600)
        #expect(steady.published == 3_600)
    }

    @Test(
        arguments: [
            ([192, 0, 2, 1], true), ([10, 0, 0, 1], true), ([0, 0, 0, 0], false), ([127, 0, 0, 1], false),
            ([169, 254, 169, 254], false), ([224, 0, 0, 1], false), ([255, 255, 255, 255], false), ([1, 2, 3], false),
            ([0x20, 1] + [UInt8](repeating: 0, count: 13) + [1], true),
            ([0xFD, 1] + [UInt8](repeating: 0, count: 13) + [1], true),
            ([UInt8](repeating: 0, count: 15) + [1], false), ([UInt8](repeating: 0, count: 16), false),
            ([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 192, 0, 2, 1], false),
            ([0xFE, 0x80] + [UInt8](repeating: 0, count: 13) + [1], false),
            ([0xFF, 0x02] + [UInt8](repeating: 0, count: 13) + [1], false),
        ] as [([UInt8], Bool)]
    )
    func `addresses that lead nowhere are refused`(octets: [UInt8], isAccepted: Bool) {
        #expect(AliasAddressFilter.accepts(octets) == isAccepted)
    }
}
