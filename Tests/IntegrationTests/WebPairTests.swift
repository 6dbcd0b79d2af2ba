// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport
import Testing

/// Two processes of the API on one database: what they count and change together.
@Suite("Two web processes", .serialized, .timeLimit(.minutes(5)))
struct WebPairTests {
    @Test("an account has its limit once, not once a process, and PostgreSQL hears of few requests")
    func rateLimit() async throws {
        let limit = 800
        let pair = try await WebPair.start("--rate-limit", "\(limit)")
        try await pair.countWrites()
        // More than the limit from four clients at once, two of each process.
        var answers = try await withThrowingTaskGroup(of: [HTTPAnswer].self) { group in
            for client in 0..<4 {
                group.addTask {
                    try (0..<(limit / 4)).map { _ in try pair.send(to: client % 2, "GET", "/v2/whoami") }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        // What one of them has leased and not used is had from it, until both have nothing left.
        var refusals = [0, 0]
        while refusals.contains(where: { $0 < 3 }) {
            for process in 0..<2 {
                let answer = try pair.send(to: process, "GET", "/v2/whoami")
                answers.append(answer)
                refusals[process] = answer.status == 429 ? refusals[process] + 1 : 0
            }
            try #require(answers.count < 4 * limit, "nobody was refused")
        }
        #expect(answers.count { $0.status == 200 } == limit)
        let refused = answers.filter { $0.status == 429 }
        #expect(refused.count == answers.count - limit)
        for answer in refused {
            let wait = answer.header("retry-after").flatMap { Int($0) } ?? 0
            #expect((1...3_600).contains(wait))
            #expect(answer.text == #"{"message":"quota exceeded"}"#)
        }
        let writes = try await pair.writes()
        #expect(writes > 0, "the window is not in the database")
        #expect(writes < limit / 4, "\(writes) writes for \(limit) requests")
        #expect(try await pair.stop() == [0, 0])
    }

    @Test("failed log-ins of one address are counted over both processes")
    func logIns() async throws {
        let pair = try await WebPair.start()
        var statuses: [Int] = []
        for attempt in 0..<14 {
            let answer = try pair.send(
                to: attempt % 2,
                "POST",
                "/x/v1/sessions",
                #"{"email":"nobody\#(attempt)@zonewright.example","password":"guessed \#(attempt)"}"#,
                isAnonymous: true
            )
            statuses.append(answer.status)
            if answer.status == 429 {
                #expect((answer.header("retry-after").flatMap { Int($0) } ?? 0) > 0)
            }
        }
        #expect(statuses == Array(repeating: 401, count: 10) + Array(repeating: 429, count: 4))
        // Who has a token is not shut out by it.
        #expect(try pair.send(to: 0, "GET", "/v2/whoami").status == 200)
        #expect(try await pair.stop() == [0, 0])
    }

    @Test("clients that change one record through both processes with If-Match lose no update")
    func noLostUpdate() async throws {
        let pair = try await WebPair.start("--rate-limit", "1000000")
        let path = try record(pair)
        let conflicts = try await withThrowingTaskGroup(of: Int.self) { group in
            for client in 0..<4 {
                group.addTask {
                    var done = 0
                    var refused = 0
                    while done < 10 {
                        let seen = try pair.send(to: client % 2, "GET", path)
                        let ttl = try #require(JSONText(seen.text).integer("ttl"))
                        let tag = try #require(seen.header("etag"))
                        let body = #"{"ttl":\#(ttl + 1)}"#
                        let answer = try pair.send(to: client % 2, "PATCH", path, body, headers: [("If-Match", tag)])
                        switch answer.status {
                        case 200: done += 1
                        case 412: refused += 1
                        default: throw SupportError("status \(answer.status): \(answer.text)")
                        }
                    }
                    return refused
                }
            }
            return try await group.reduce(0, +)
        }
        let last = try pair.send(to: 0, "GET", path).text
        #expect(JSONText(last).integer("ttl") == 1_040, "\(conflicts) conflicts: \(last)")
        #expect(try await pair.stop() == [0, 0])
    }

    @Test("changes of one record at once without If-Match come in one order, which the versions tell")
    func oneOrder() async throws {
        let pair = try await WebPair.start("--rate-limit", "1000000")
        let path = try record(pair)
        let zone = "/x/v1/\(pair.account)/zones/pair.example"
        let first = try #require(JSONText(try pair.send(to: 0, "GET", zone + "/versions").text).integer("version"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<4 {
                group.addTask {
                    for step in 0..<10 {
                        let body = #"{"ttl":\#(2_000 + 100 * client + step)}"#
                        let answer = try pair.send(to: client % 2, "PATCH", path, body)
                        guard answer.status == 200 else { throw SupportError("\(answer.status): \(answer.text)") }
                    }
                }
            }
            try await group.waitForAll()
        }
        // Each version begins with what the one before has left, and every change is there once.
        var ttl = 1_000
        var seen: Set<Int> = []
        for version in (first + 1)...(first + 40) {
            let answer = try pair.send(to: version % 2, "GET", "\(zone)/versions/\(version)")
            try #require(answer.status == 200, "version \(version): \(answer.text)")
            let parts = answer.text.components(separatedBy: #""after":"#)
            try #require(parts.count == 2, "version \(version): \(answer.text)")
            #expect(JSONText(parts[0]).integer("ttl") == ttl)
            ttl = try #require(JSONText(parts[1]).integer("ttl"))
            seen.insert(ttl)
        }
        #expect(seen.count == 40)
        #expect(JSONText(try pair.send(to: 1, "GET", path).text).integer("ttl") == ttl)
        #expect(try pair.send(to: 0, "GET", "\(zone)/versions/\(first + 41)").status == 404)
        #expect(try await pair.stop() == [0, 0])
    }

    /// A record with the TTL 1,000 in a new zone; returns its path.
    private func record(_ pair: WebPair) throws -> String {
        let made = try pair.send(to: 0, "POST", "/v2/\(pair.account)/domains", #"{"name":"pair.example"}"#)
        try #require(made.status == 201, "\(made.text)")
        let records = "/v2/\(pair.account)/zones/pair.example/records"
        let record = try pair.send(
            to: 1,
            "POST",
            records,
            #"{"name":"www","type":"A","content":"192.0.2.1","ttl":1000}"#
        )
        let id = try #require(JSONText(record.text).integer("id"))
        return "\(records)/\(id)"
    }
}
