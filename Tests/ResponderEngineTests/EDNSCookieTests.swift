// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@testable import ResponderEngine

/// Server cookies by themselves (RFC 7873, RFC 9018).
@Suite struct EDNSCookieTests {
    private func check(
        _ cookie: [UInt8],
        _ client: ClientAddress,
        _ secrets: [CookieSecret],
        at now: UInt32
    ) -> ServerCookie.Verdict {
        let held = CookieSecrets(secrets)
        return unsafe cookie.withUnsafeBytes { cookie in
            guard let base = cookie.baseAddress else { return .absent }
            return unsafe ServerCookie.check(base, length: cookie.count, client: client, keys: held.keys, now: now)
        }
    }

    private func write(_ cookie: [UInt8], _ client: ClientAddress, _ secrets: [CookieSecret], at now: UInt32) -> [UInt8]
    {
        let held = CookieSecrets(secrets)
        var made = [UInt8](repeating: 0, count: 24)
        unsafe cookie.withUnsafeBytes { cookie in
            unsafe made.withUnsafeMutableBytes { made in
                guard let source = cookie.baseAddress, let target = made.baseAddress else { return }
                unsafe ServerCookie.write(to: target, clientCookie: source, client: client, keys: held.keys, now: now)
            }
        }
        return made
    }

    private func secret(_ text: String) throws -> CookieSecret { try #require(CookieSecret(octets(text))) }

    @Test(
        "SipHash-2-4 gives what its authors published",
        arguments: [
            (0, "310e0edd47db6f72"), (1, "fd67dc93c539f874"), (7, "37d1018bf50002ab"), (8, "6224939a79f5f593"),
            (15, "e545be4961ca29a1"),
        ]
    )
    func sipHash(count: Int, expected: String) {
        func word(_ range: Range<Int>) -> UInt64 { range.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        var hash = SipHash(key0: word(0..<8), key1: word(8..<16))
        if count >= 8 { hash.absorb(word(0..<8)) }
        let rest = count >= 8 ? 8..<count : 0..<count
        let result = hash.finish(UInt64(count) << 56 | word(rest))
        #expect((0..<8).map { UInt8(truncatingIfNeeded: result >> ($0 * 8)) } == octets(expected))
    }

    @Test("RFC 9018 A.1: a client learns a server cookie")
    func learning() throws {
        let secrets = [try secret("e5e973e5a6b2a43f48e7dc849e37bfcf")]
        let client = ClientAddress(ipv4: 0xC633_6464)
        let asked = octets("2464c4abcf10c957")
        #expect(check(asked, client, secrets, at: 1_559_731_985) == .clientOnly)
        let made = write(asked, client, secrets, at: 1_559_731_985)
        #expect(made == octets("2464c4abcf10c957 01000000 5cf79f11 1f8130c3eee29480"))
        #expect(check(made, client, secrets, at: 1_559_731_985) == .good)
    }

    @Test("RFC 9018 A.2: the same client gets a fresh one")
    func renewal() throws {
        let secrets = [try secret("e5e973e5a6b2a43f48e7dc849e37bfcf")]
        let client = ClientAddress(ipv4: 0xC633_6464)
        let asked = octets("2464c4abcf10c957 01000000 5cf79f11 1f8130c3eee29480")
        #expect(check(asked, client, secrets, at: 1_559_734_385) == .ageing)
        let made = write(asked, client, secrets, at: 1_559_734_385)
        #expect(made == octets("2464c4abcf10c957 01000000 5cf7a871 d4a564a1442aca77"))
    }

    @Test("RFC 9018 A.3: reserved octets of another server are part of the hash, and zero in a fresh cookie")
    func reserved() throws {
        let secrets = [try secret("e5e973e5a6b2a43f48e7dc849e37bfcf")]
        let client = ClientAddress(ipv4: 0xCB00_71CB)
        let asked = octets("fc93fc62807ddb86 01abcdef 5cf78f71 a314227b6679ebf5")
        #expect(check(asked, client, secrets, at: 1_559_731_000).isGood)
        let made = write(asked, client, secrets, at: 1_559_734_700)
        #expect(made == octets("fc93fc62807ddb86 01000000 5cf7a9ac f73a7810aca2381e"))
    }

    @Test("RFC 9018 A.4: a cookie of IPv6 made with the secret before is taken, and replaced")
    func rolledOver() throws {
        let old = try secret("dd3bdf9344b678b185a6f5cb60fca715")
        let new = try secret("445536bcd2513298075a5d379663c962")
        let client = ClientAddress(ipv6High: 0x2001_0DB8_0220_0001, low: 0x59DE_D0F4_8769_82B8)
        let asked = octets("22681ab97d52c298 01000000 5cf7c579 26556bd0934c72f8")
        #expect(check(asked, client, [new, old], at: 1_559_741_961) == .ageing)
        #expect(check(asked, client, [old], at: 1_559_741_961) == .good)
        #expect(check(asked, client, [new], at: 1_559_741_961) == .bad)
        let made = write(asked, client, [new, old], at: 1_559_741_961)
        #expect(made == octets("22681ab97d52c298 01000000 5cf7c609 a6bb79d16625507a"))
    }

    @Test("an hour in the past and five minutes in the future are the bounds, also where the counter wraps")
    func times() throws {
        let secrets = [try secret("e5e973e5a6b2a43f48e7dc849e37bfcf")]
        let client = ClientAddress(ipv4: 1)
        for now in [1_559_731_985, 0, 100, .max] as [UInt32] {
            func verdict(_ age: Int) -> ServerCookie.Verdict {
                let made = write(
                    Array(repeating: 7, count: 8),
                    client,
                    secrets,
                    at: now &- UInt32(bitPattern: Int32(age))
                )
                return check(made, client, secrets, at: now)
            }
            #expect(verdict(0) == .good)
            #expect(verdict(1799) == .good)
            #expect(verdict(1800) == .ageing)
            #expect(verdict(3600) == .ageing)
            #expect(verdict(3601) == .bad)
            #expect(verdict(-300) == .good)
            #expect(verdict(-301) == .bad)
        }
    }

    @Test("every changed bit, another address, version or length is bad")
    func forged() throws {
        let secrets = [try secret("e5e973e5a6b2a43f48e7dc849e37bfcf")]
        let client = ClientAddress(ipv4: 0xC633_6464)
        let made = write(Array(0..<8), client, secrets, at: 1000)
        for bit in 0..<(24 * 8) {
            var changed = made
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(check(changed, client, secrets, at: 1000) == .bad, "bit \(bit)")
        }
        #expect(check(made, ClientAddress(ipv4: 0xC633_6465), secrets, at: 1000) == .bad)
        #expect(check(made, ClientAddress(ipv6High: 0, low: 0xC633_6464), secrets, at: 1000) == .bad)
        #expect(check(made + [0], client, secrets, at: 1000) == .bad)
        #expect(check(Array(made.dropLast()), client, secrets, at: 1000) == .bad)
        #expect(check(made, client, [], at: 1000) == .bad)
    }

    @Test("secrets have 16 octets, are replaced at once, and never shown")
    func secrets() throws {
        #expect(CookieSecret(Array(repeating: 1, count: 15)) == nil)
        #expect(CookieSecret(Array(repeating: 1, count: 17)) == nil)
        let first = try secret("000102030405060708090a0b0c0d0e0f")
        #expect("\(first)" == "***" && String(reflecting: first) == "***")
        var text = ""
        dump(first, to: &text)
        #expect(!text.contains(String(first.key0)))
        var generator = SystemRandomNumberGenerator()
        let second = CookieSecret.random(using: &generator)
        #expect(second != first)
        let held = CookieSecrets([first])
        #expect(held.count == 1 && held.keys.count == 1)
        #expect(!held.replace(with: [first]))
        #expect(held.replace(with: [second, first]))
        #expect(held.keys.count == 2)
        #expect(held.replace(with: Array(repeating: first, count: 20)))
        #expect(held.keys.count == CookieSecrets.maximumCount)
    }
}
