// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Identity
import Postgres
import TestSupport
import Testing

@testable import WebApp

@Suite struct AnalyticsTests {
    private static let run = "00000000-0000-4000-8000-000000000001"

    /// Reports `counts` (zone, day, queries) as a responder's glue would.
    @discardableResult
    private func report(
        _ counts: [(String, String, Int64)],
        sequence: Int64,
        run: String = Self.run,
        to api: TestAPI
    ) async throws -> Bool {
        let pool = try api.database.pool(.glue, size: 1)
        defer { pool.close() }
        var entries: [AnalyticsReport.Count] = []
        for (zone, day, queries) in counts {
            let id: Int64 = try await pool.query("SELECT id FROM app.zone WHERE name = \(zone)").first?.decode(0) ?? 0
            entries.append(.init(zoneID: id, day: try #require(CalendarDay(day)), queries: queries))
        }
        return try await AnalyticsStore(pool: pool).record(
            [AnalyticsReport(node: "dns1", run: run, sequence: sequence, counts: entries)]
        ) == 1
    }

    /// Rows of the answer, as text.
    private func rows(_ api: TestAPI, _ query: String) async throws -> String {
        let answer = try await api.call(.get, "@/dns_analytics?start_date=2023-10-20&end_date=2023-11-14&\(query)")
        #expect(answer.status == 200, "\(answer.text)")
        return answer.text.firstMatch(of: #/"rows":(\[.*\])},"query"/#).map { String($0.output.1) } ?? ""
    }

    private func fill(_ api: TestAPI) async throws {
        try await api.makeDomain("a.example")
        try await api.makeDomain("b.example")
        try await report(
            [("a.example", "2023-11-01", 5), ("b.example", "2023-11-01", 7), ("a.example", "2023-11-02", 1)],
            sequence: 1,
            to: api
        )
        try await report([("b.example", "2023-11-02", 20), ("a.example", "2023-11-01", 10)], sequence: 2, to: api)
    }

    @Test func `counts are grouped, sorted and paged`() async throws {
        try await TestAPI.run { api async throws in
            try await fill(api)
            #expect(
                try await rows(api, "groupings=zone_name,date") == """
                    [["a.example","2023-11-01",15],["a.example","2023-11-02",1],["b.example","2023-11-01",7],\
                    ["b.example","2023-11-02",20]]
                    """
            )
            #expect(try await rows(api, "groupings=zone_name") == #"[["a.example",16],["b.example",27]]"#)
            #expect(try await rows(api, "groupings=date&sort=date:desc") == #"[["2023-11-02",21],["2023-11-01",22]]"#)
            #expect(
                try await rows(api, "groupings=date,zone_name&sort=volume:desc&per_page=2")
                    == #"[["2023-11-02","b.example",20],["2023-11-01","a.example",15]]"#
            )
            #expect(
                try await rows(api, "groupings=date,zone_name&sort=volume:desc&per_page=3&page=2")
                    == #"[["2023-11-02","a.example",1]]"#
            )
            #expect(try await rows(api, "groupings=") == "[[43]]")
            #expect(try await rows(api, "groupings=zone_name&page=9") == "[]")
        }
    }

    @Test func `the answer says which query it answers`() async throws {
        let clock = ManualClock()
        try await TestAPI.run(clock: clock.clock) { api async throws in
            try await fill(api)
            // The clock stands at 2023-11-14.
            let answer = try await api.call(.get, "@/dns_analytics?groupings=zone_name&sort=volume:desc")
            #expect(
                answer.text == """
                    {"data":{"headers":["zone_name","volume"],"rows":[["b.example",27],["a.example",16]]},\
                    "query":{"account_id":\(api.account.id),"start_date":"2023-10-14","end_date":"2023-11-13",\
                    "sort":"volume:desc","page":1,"per_page":1000,"groupings":"zone_name"},\
                    "pagination":{"current_page":1,"per_page":1000,"total_entries":2,"total_pages":1}}
                    """
            )
            let whole = try await api.call(.get, "@/dns_analytics?per_page=20000&sort=bogus")
            #expect(whole.text.contains(#""headers":["zone_name","date","volume"]"#))
            #expect(whole.text.contains(#""sort":"zone_name:asc,date:asc","page":1,"per_page":10000,"#))
            let past = try await api.call(.get, "@/dns_analytics?groupings=date&page=3&per_page=1")
            #expect(past.text.contains(#""rows":[]"#))
            #expect(past.text.contains(#""total_entries":2,"total_pages":2"#))
            for day in ["end_date=0001-01-01", "start_date=9999-12-31"] {
                #expect(try await api.call(.get, "@/dns_analytics?\(day)").status == 200)
            }
        }
    }

    @Test(arguments: [
        ("start_date=23.11.2026", "Invalid date format must be ISO8601 (YYYY-MM-DD)"),
        ("end_date=2026-02-29", "Invalid date format must be ISO8601 (YYYY-MM-DD)"),
        ("start_date=", "Invalid date format must be ISO8601 (YYYY-MM-DD)"),
        ("start_date=0000-01-01", "Invalid date format must be ISO8601 (YYYY-MM-DD)"),
        ("start_date=2026-03-02&end_date=2026-03-01", #"{"end_date":["can't be before start_date"]}"#),
        ("start_date=2026-03-01&end_date=2026-04-02", #"{"end_date":["can't be more than 31 days after start_date"]}"#),
        ("groupings=volume", #"{"groupings":["can only have zone_name and date"]}"#),
    ])
    func `bad dates and groupings are refused`(query: String, message: String) async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.get, "@/dns_analytics?\(query)")
            #expect(answer.status == 400)
            #expect(answer.text.contains(message))
        }
    }

    @Test(
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-23", 20_780),
            ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
        ] as [(String, Int64)]
    )
    func `days are counted from 1970`(text: String, number: Int64) throws {
        let day = try #require(CalendarDay(text))
        #expect(day.number == number)
        #expect(day.description == text)
        #expect(CalendarDay(Timestamp(seconds: number * 86_400)) == day)
        #expect(CalendarDay(Timestamp(seconds: number * 86_400 + 86_399)) == day)
    }

    @Test func `a report counts once, a responder's new run begins anew, and zones that went count nothing`()
        async throws
    {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a.example")
            let counts: [(String, String, Int64)] = [("a.example", "2023-11-01", 5), ("gone.example", "2023-11-01", 9)]
            #expect(try await report(counts, sequence: 1, to: api))
            #expect(try await report(counts, sequence: 1, to: api) == false)
            #expect(try await report(counts, sequence: 2, to: api))
            let other = "00000000-0000-4000-8000-000000000002"
            #expect(try await report(counts, sequence: 1, run: other, to: api))
            #expect(try await rows(api, "groupings=zone_name") == #"[["a.example",15]]"#)
            // History stays when the zone goes.
            #expect(try await api.call(.delete, "@/domains/a.example").status == 204)
            #expect(try await rows(api, "groupings=zone_name") == #"[["a.example",15]]"#)
        }
    }

    @Test func `an account sees its own counts, with a read-only token, too`() async throws {
        try await TestAPI.run { api async throws in
            try await fill(api)
            let other = try await api.otherAccount()
            let path = "\(other.account.id)/dns_analytics?start_date=2023-11-01&end_date=2023-11-02"
            let answer = try await api.call(.get, path, as: .token(other.token))
            #expect(answer.status == 200)
            #expect(answer.text.contains(#""rows":[]"#))
            #expect(try await api.call(.get, path).status == 404)
            let reader = TestAPI.Credentials.token(try await api.readOnlyToken())
            #expect(try await api.call(.get, "@/dns_analytics", as: reader).status == 200)
            #expect(try await api.call(.get, "@/dns_analytics", as: .none).status == 401)
        }
    }
}
