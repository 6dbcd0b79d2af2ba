// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import ControlKit

@Suite("Health: rules") struct HealthRulesTests {
    private static func state(_ marks: String, rise: Int, fall: Int) -> String {
        var hysteresis = HealthHysteresis(rise: rise, fall: fall)
        return marks.map { mark in
            let change: Bool?
            switch mark {
            case "+": change = hysteresis.note(.healthy)
            case "-": change = hysteresis.note(.unhealthy(""))
            case "!": change = hysteresis.force()
            default: change = hysteresis.note(.unknown(""))
            }
            return change.map { $0 ? "U" : "D" } ?? "."
        }.joined()
    }

    @Test(
        "so many in a row change the state, each change is told once, and what is unknown changes nothing",
        arguments: [
            ("+++++", "..U.."), ("--+++-+--", ".D..U...D"), ("++-++-+++", "........U"), ("+++-+-+-+", "..U......"),
            ("-?-", "..D"), ("+?+?+", "....U"), ("+++???????", "..U......."), ("+++!!+++", "..UD...U"), ("!--", "D.."),
            ("+++-!+++", "..U.D..U"),
        ]
    )
    func hysteresis(marks: String, changes: String) {
        #expect(Self.state(marks, rise: 3, fall: 2) == changes)
    }

    @Test("with one each, every change counts at once")
    func immediate() {
        #expect(Self.state("+-+--", rise: 1, fall: 1) == "UDUD.")
    }

    /// The lags, in seconds, of rounds that are a second apart.
    private static func lags(own: [UInt32?], peers: [[UInt32?]]) -> [Int] {
        var comparison = PeerComparison(maximumLag: .seconds(2))
        return zip(own, peers).enumerated().map { second, round in
            Int(comparison.note(own: round.0, peers: round.1, now: .seconds(second)) / .seconds(1))
        }
    }

    @Test("sites that are equally stale are not behind one another")
    func equallyStale() {
        #expect(Self.lags(own: [7, 7, 7, 7], peers: Array(repeating: [7, 7, 7], count: 4)) == [0, 0, 0, 0])
        // One site alone that is ahead, or alone answers, is no majority.
        #expect(Self.lags(own: [7, 7, 7, 7], peers: Array(repeating: [9, 7, 7], count: 4)) == [0, 0, 0, 0])
        #expect(Self.lags(own: [7, 7, 7, 7], peers: Array(repeating: [9, nil, nil], count: 4)) == [0, 0, 0, 0])
        #expect(Self.lags(own: [7, 7, 7, 7], peers: Array(repeating: [9, 7], count: 4)) == [0, 0, 0, 0])
    }

    @Test("a site is behind by what most peers have, since it was first seen there")
    func behind() {
        #expect(Self.lags(own: [7, 7, 7, 7], peers: Array(repeating: [9, 9, nil], count: 4)) == [0, 1, 2, 3])
        #expect(Self.lags(own: [7, 7, 9, 9], peers: Array(repeating: [9, 9, 7], count: 4)) == [0, 1, 0, 0])
        // Always one change late is a lag of one round, not of all.
        let moving = (1...6).map { UInt32($0) }
        #expect(Self.lags(own: moving, peers: moving.map { [$0 + 1, $0 + 1] }) == [0, 0, 0, 0, 0, 0])
        let later = moving.map { UInt32?($0 + 2) }
        #expect(Self.lags(own: moving, peers: later.map { [$0, $0] }) == [0, 1, 1, 1, 1, 1])
    }

    @Test("serials go round, and a server that does not tell its own keeps its lag")
    func around() {
        let old: UInt32 = 0xFFFF_FFFE
        #expect(Self.lags(own: [old, old, old], peers: Array(repeating: [3, 3], count: 3)) == [0, 1, 2])
        #expect(Self.lags(own: [3, 3, 3], peers: Array(repeating: [old, old], count: 3)) == [0, 0, 0])
        #expect(Self.lags(own: [7, nil, 7], peers: Array(repeating: [9, 9], count: 3)) == [0, 1, 2])
    }

    @Test("after a long time behind it must reach the oldest mark first, and is not stale once it has")
    func recovery() {
        let own: [UInt32?] = [1, 1, 1, 1, 1, 4, 9]
        let peers: [[UInt32?]] = [[2], [3], [4], [5], [6], [9], [9]]
        #expect(Self.lags(own: own, peers: peers) == [0, 1, 2, 3, 4, 0, 0])
        #expect(PeerComparison(maximumLag: .seconds(2)).isStale(.seconds(3)))
        #expect(!PeerComparison(maximumLag: .seconds(2)).isStale(.seconds(2)))
    }

    @Test("the answer must be NOERROR, authoritative, and have the record")
    func verdicts() throws {
        let question = Question(name: try Name(text: "_health.example."), type: .txt)
        func verdict(_ change: (inout Message) -> Void, expected: [UInt8]? = [2, 0x6F, 0x6B]) throws -> HealthVerdict {
            var answer = Message.query(id: 1, question).response()
            answer.header.isAuthoritative = true
            answer.answers = [try ResourceRecord(line: "_health.example. 60 IN TXT ok")]
            change(&answer)
            return HealthVerdict.judging(answer, to: question, expected: expected)
        }
        let other = try ResourceRecord(line: "other.example. 60 IN TXT ok")
        let wrong = try ResourceRecord(line: "_health.example. 60 IN TXT no")
        #expect(try verdict { _ in } == .healthy)
        #expect(try verdict({ $0.answers = [wrong] }, expected: nil) == .healthy)
        #expect(try verdict { $0.answers.insert(wrong, at: 0) } == .healthy)
        #expect(try verdict { $0.rcode = .serverFailure } == .unhealthy("the answer is SERVFAIL"))
        #expect(try verdict { $0.rcode = .refused } == .unhealthy("the answer is REFUSED"))
        #expect(try verdict { $0.header.isAuthoritative = false } == .unhealthy("the answer is not authoritative"))
        #expect(try verdict { $0.answers = [other] } == .unhealthy("the answer has no TXT record of the name"))
        #expect(try verdict { $0.answers = [wrong] } == .unhealthy("the answer has not the expected record"))
    }

    @Test("times are read as the daemons read them")
    func times() {
        let good: [(String, Duration)] = [
            ("250ms", .milliseconds(250)), ("1s", .seconds(1)), ("5", .seconds(5)), ("5m", .seconds(300)),
            ("2h", .seconds(7_200)), ("1d", .seconds(86_400)),
        ]
        for (text, duration) in good { #expect(TimeSpan(argument: text)?.duration == duration, "\(text)") }
        for text in ["", "s", "-1s", "1.5s", "1 s", "1S", "400d", "99999999999999999999", "9223372036854775807d", "٣s"]
        {
            #expect(TimeSpan(argument: text) == nil, "\(text)")
        }
        #expect(TimeSpan(duration: .milliseconds(90_000)).text == "90s")
        #expect(TimeSpan(duration: .seconds(300)).text == "5m")
    }

    @Test("only prefixes become part of a command to ExaBGP")
    func prefixes() throws {
        for text in ["192.0.2.53/32", "192.0.2.0/24", "2001:db8::53/128", "0.0.0.0/0"] {
            #expect(RoutePrefix(argument: text)?.text == text)
        }
        let bad = [
            "", "192.0.2.53", "192.0.2.53/33", "2001:db8::/129", "192.0.2.53/032", "192.0.2.53/", "x/32",
            "192.0.2.53/32 next-hop self", "192.0.2.53/32\nwithdraw", "/32", "192.0.2.0/24/24",
        ]
        for text in bad { #expect(RoutePrefix(argument: text) == nil, "\(text)") }
        let both = ["192.0.2.53/32", "2001:db8::53/128"].compactMap(RoutePrefix.init(argument:))
        let announcement = HealthAnnouncement(prefixes: both)
        #expect(
            announcement.text(isUp: true)
                == "announce route 192.0.2.53/32 next-hop self\nannounce route 2001:db8::53/128 next-hop self\n"
        )
        #expect(announcement.text(isUp: false).hasPrefix("withdraw route 192.0.2.53/32 next-hop self\n"))
        #expect(HealthAnnouncement(prefixes: []).text(isUp: true) == "up\n")
        #expect(HealthAnnouncement(prefixes: []).text(isUp: false) == "down\n")
    }
}
