// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization
import Testing

@testable import ResponderEngine

/// The table of rate limits by itself, at times that the tests choose.
@Suite struct RateLimitGateTests {
    private let client = ClientAddress(ipv4: 0x7F01_0101)
    private let account = ResponseAccount(.answer, zone: 1, hash: .max)

    private func limiter(_ change: (inout RateLimits) -> Void = { _ in }) throws -> RateLimiter {
        var limits = RateLimits()
        limits.answers = 10
        change(&limits)
        return try #require(RateLimiter(limits))
    }

    /// How many of `count` responses at one time pass.
    private func passing(
        _ count: Int,
        _ gate: RateGate,
        _ account: ResponseAccount,
        _ client: ClientAddress,
        at now: UInt64
    ) -> Int {
        (0..<count).count { _ in gate.judge(account, client, now: now, random: 1) == .pass }
    }

    @Test("as many as the rate pass at once, and then as many a second")
    func burst() throws {
        let limiter = try limiter { $0.window = 1 }
        let gate = limiter.gate
        let start: UInt64 = 1_000_000_000
        #expect(passing(10, gate, account, client, at: start) == 10)
        #expect(passing(1, gate, account, client, at: start) == 0)
        var now = start + 2_000_000
        var passed = 0
        for _ in 0..<1000 {
            now += 100_000
            passed += passing(1, gate, account, client, at: now)
        }
        #expect(passed == 1000, "a stream at the rate is never limited")
    }

    @Test("a stream above the rate is held back until it has been quiet for the window", arguments: [1, 5, 15])
    func window(seconds: Int) throws {
        let limiter = try limiter { $0.window = seconds }
        let gate = limiter.gate
        let start: UInt64 = 1_000_000_000
        let second: UInt64 = 1_000_000
        // 100 a second for a minute: nothing passes but the first second's share.
        var passed = 0
        for step in 0..<6000 { passed += passing(1, gate, account, client, at: start + UInt64(step) * 10_000) }
        #expect((10...12).contains(passed))
        let end = start + 60 * second
        #expect(passing(1, gate, account, client, at: end + UInt64(seconds) * second - second / 2) == 0)
        #expect(passing(1, gate, account, client, at: end + UInt64(seconds) * second + second) == 1)
    }

    @Test("other networks, kinds, names and zones have accounts of their own; the same network does not")
    func accounts() throws {
        let limiter = try limiter()
        let gate = limiter.gate
        let now: UInt64 = 5_000_000
        #expect(passing(50, gate, account, client, at: now) == 10)
        func isFresh(_ account: ResponseAccount, _ client: ClientAddress) -> Bool {
            passing(1, gate, account, client, at: now) == 1
        }
        #expect(!isFresh(account, ClientAddress(ipv4: 0x7F01_01FF)))
        #expect(isFresh(account, ClientAddress(ipv4: 0x7F01_0201)))
        #expect(isFresh(ResponseAccount(.answer, zone: 2, hash: .max), client))
        #expect(isFresh(ResponseAccount(.answer, zone: 1, hash: 0), client))
        for kind in [.noData, .nameError, .referral, .refusal, .error] as [ResponseAccount.Kind] {
            #expect(isFresh(ResponseAccount(kind, zone: 1, hash: .max), client))
        }
        let six = ClientAddress(ipv6High: 0x2001_0DB8_0000_0100, low: 1)
        #expect(passing(50, gate, account, six, at: now) == 10)
        #expect(!isFresh(account, ClientAddress(ipv6High: 0x2001_0DB8_0000_01FF, low: 9)))
        #expect(isFresh(account, ClientAddress(ipv6High: 0x2001_0DB8_0000_0200, low: 1)))
    }

    @Test("a rate of 0 is no limit, each kind has its own")
    func rates() throws {
        let limiter = try limiter {
            $0.answers = 0
            $0.noData = 1
            $0.nameErrors = 2
            $0.referrals = 3
            $0.refusals = 4
            $0.errors = 5
        }
        let gate = limiter.gate
        #expect(passing(1000, gate, account, client, at: 1) == 1000)
        let kinds: [ResponseAccount.Kind] = [.noData, .nameError, .referral, .refusal, .error]
        #expect(kinds.map { passing(50, gate, ResponseAccount($0, zone: 1), client, at: 1) } == [1, 2, 3, 4, 5])
    }

    @Test("a zone's own limit counts all networks and kinds, and no other zone")
    func zoneLimit() throws {
        let limiter = try limiter { $0.zone = 30 }
        let gate = limiter.gate
        var passed = 0
        for network in 0..<100 as Range<UInt32> {
            let client = ClientAddress(ipv4: network << 8)
            passed += passing(1, gate, account, client, at: 1)
            passed += passing(1, gate, ResponseAccount(.nameError, zone: 1), client, at: 1)
        }
        #expect(passed == 30)
        #expect(passing(20, gate, ResponseAccount(.answer, zone: 2), client, at: 1) == 10)
        // What belongs to no zone is not one.
        #expect(passing(100, gate, ResponseAccount(.refusal, zone: 0), client, at: 1) == 100)
    }

    @Test("exempt networks are told from others")
    func exempt() throws {
        let prefixes = [
            ClientPrefix(ClientAddress(ipv4: 0x7F00_0000), length: 8),
            ClientPrefix(ClientAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 0), length: 33),
            ClientPrefix(ClientAddress(ipv6High: 1, low: 0x8000_0000_0000_0000), length: 65),
        ]
        let limiter = try limiter { $0.exempt = prefixes.compactMap { $0 } }
        let gate = limiter.gate
        #expect(gate.isExempt(ClientAddress(ipv4: 0x7FFF_FFFF)) && !gate.isExempt(ClientAddress(ipv4: 0x8000_0000)))
        #expect(gate.isExempt(ClientAddress(ipv6High: 0x2001_0DB8_7FFF_FFFF, low: .max)))
        #expect(!gate.isExempt(ClientAddress(ipv6High: 0x2001_0DB8_8000_0000, low: 0)))
        #expect(gate.isExempt(ClientAddress(ipv6High: 1, low: .max)))
        #expect(!gate.isExempt(ClientAddress(ipv6High: 1, low: 1)))
        #expect(ClientPrefix(ClientAddress(ipv4: 1), length: 33) == nil)
        #expect(ClientPrefix(ClientAddress(ipv4: 1), length: -1) == nil)
        #expect(ClientPrefix(ClientAddress(ipv6High: 1, low: 1), length: 129) == nil)
        let all = try #require(ClientPrefix(ClientAddress(ipv6High: 0, low: 0), length: 0))
        #expect(all.contains(client) && all.contains(ClientAddress(ipv6High: .max, low: .max)))
        let one = try #require(ClientPrefix(client, length: 32))
        #expect(one.contains(client) && !one.contains(ClientAddress(ipv4: 0x7F01_0100)))
        let everyV4 = try #require(ClientPrefix(client, length: 0))
        #expect(everyV4.contains(ClientAddress(ipv4: .max)) && !everyV4.contains(ClientAddress(ipv6High: 0, low: 5)))
    }

    @Test("one of `slip` is let through as truncated; none for 0, all for 1, and in a trial nothing is held back")
    func slip() throws {
        for slip in [0, 1, 2, 10] {
            let limiter = try limiter {
                $0.slip = slip
                $0.answers = 1
            }
            let gate = limiter.gate
            var clock = RateClock()
            var slipped = 0
            _ = gate.judge(account, client, now: 1, random: 0)
            for _ in 0..<10_000 {
                let verdict = gate.judge(account, client, now: 1, random: clock.random())
                #expect(verdict == .slip || verdict == .hold)
                if verdict == .slip { slipped += 1 }
            }
            let expected = slip == 0 ? 0 : 10_000 / slip
            // Five standard deviations of a fair coin are 250.
            #expect(abs(slipped - expected) <= (slip < 2 ? 0 : 250), "slip \(slip)")
        }
        let trial = try limiter {
            $0.isTrial = true
            $0.answers = 1
        }
        _ = trial.gate.judge(account, client, now: 1, random: 0)
        #expect(trial.gate.judge(account, client, now: 1, random: 0) == .note)
    }

    @Test("the clock may wrap, and an entry of long ago is as good as none")
    func wrapping() throws {
        let limiter = try limiter()
        let gate = limiter.gate
        let end: UInt64 = 1 << 44
        #expect(passing(50, gate, account, client, at: end - 1) == 10)
        #expect(passing(50, gate, account, client, at: end + 1) == 0)
        #expect(passing(50, gate, account, client, at: end + 60_000_000) == 10)
        // Three months on, when the entry seems to lie in the future.
        #expect(passing(50, gate, account, client, at: end / 2 * 3 + 100) == 10)
    }

    @Test("a flood from more networks than there are entries does not close others' accounts, nor open its own")
    func pressure() throws {
        let limiter = try limiter { $0.tableSize = 1024 }
        let gate = limiter.gate
        var now: UInt64 = 1_000_000_000
        var generator = FuzzTests.Sequence(state: 7)
        let steady = ClientAddress(ipv4: 0x0A00_0001)
        let flood = ClientAddress(ipv4: 0x0B00_0001)
        var steadyPassed = 0
        var floodPassed = 0
        for _ in 0..<2000 {
            now += 200_000
            steadyPassed += passing(1, gate, account, steady, at: now)
            floodPassed += passing(100, gate, account, flood, at: now)
            for _ in 0..<50 {
                let other = ClientAddress(ipv4: UInt32.random(in: .min ... .max, using: &generator))
                _ = gate.judge(account, other, now: now, random: 1)
            }
        }
        #expect(steadyPassed == 2000)
        // 400 seconds of 500 a second, of which at most the rate may pass, as the window is paid off meanwhile.
        #expect(floodPassed < 400 * 10 / 10)
    }

    @Test("threads share accounts: together they get no more than one would")
    func threads() async throws {
        let limiter = try limiter { $0.answers = 1000 }
        let passed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let gate = limiter.gate
                    let account = ResponseAccount(.answer, zone: 1)
                    return (0..<5000).count { _ in
                        gate.judge(account, ClientAddress(ipv4: 1), now: 1, random: 1) == .pass
                    }
                }
            }
            return await group.reduce(0, +)
        }
        // An update that loses several races is not charged.
        #expect((1000...1100).contains(passed))
    }

    @Test("names differ in their hash, but not by case")
    func nameHash() {
        func hash(_ text: String) -> UInt64 {
            let octets = Array(text.utf8)
            return unsafe octets.withUnsafeBytes { unsafe ResponseAccount.hash($0) }
        }
        #expect(hash("\u{3}www\u{7}example\u{3}com\u{0}") == hash("\u{3}WwW\u{7}eXample\u{3}coM\u{0}"))
        let names = (0..<5000).map { "\u{5}a\($0)b\u{7}example\u{3}com\u{0}" }
        // The part that an account keeps has 29 bits: 5,000 names collide by chance once in 40 times at most.
        #expect(Set(names.map { ResponseAccount(.answer, zone: 1, hash: hash($0)) }).count >= 4999)
    }
}
