// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres
import TestSupport
import Testing

@Suite struct PostgresValueTests {
    @Test func textSurvivesWhateverItHolds() async throws {
        let pool = try await SharedServer.pool()
        let texts = [
            "", "plain", "'; DROP TABLE app.zone; --", "\\", "\\'", "\"", "{a,b}", "NULL", "äöü 漢字 🌍", "$1", "a\nb",
            "%s",
            "E'\\x41'", "1); SELECT pg_sleep(9); --",
        ]
        for text in texts {
            let row = try #require(try await pool.first("SELECT \(text)::text AS value, \([text])::text[] AS values"))
            #expect(try row.decode("value") == text)
            #expect(try row.decode("values") == [text])
        }
        let row = try #require(try await pool.first("SELECT \(texts)::text[]"))
        #expect(try row.decode(0) == texts)
    }

    @Test func numbersAndBooleansComeBack() async throws {
        let pool = try await SharedServer.pool()
        for value in [Int64.min, -1, 0, 1, Int64.max] {
            let row = try #require(try await pool.first("SELECT \(value), \([value])"))
            #expect(try row.decode(0) == value)
            #expect(try row.decode(1) == [value])
        }
        let row = try #require(
            try await pool.first(
                "SELECT \(Int16.min), \(Int32.max), \(true), \(0.1), \([true, false]), \([1 as Int32, nil, 3])"
            )
        )
        #expect(try row.decode(0) == Int16.min)
        #expect(try row.decode(1) == Int32.max)
        #expect(try row.decode(2) == true)
        #expect(try row.decode(3) == 0.1)
        #expect(try row.decode(4) == [true, false])
        #expect(try row.decode(5) == [1 as Int32?, nil, 3])
    }

    @Test func bytesComeBack() async throws {
        let pool = try await SharedServer.pool()
        let all = (0...255).map { UInt8($0) }
        let row = try #require(try await pool.first("SELECT \(all), \([all, [], [0]]), \([UInt8]())"))
        #expect(try row.decode(0) == all)
        #expect(try row.decode(1) == [all, [], [0]])
        #expect(try row.decode(2) == [UInt8]())
    }

    @Test func nullIsNilAndNothingElse() async throws {
        let pool = try await SharedServer.pool()
        let nothing: String? = nil
        let texts: [String?] = ["a", nil, "NULL", ""]
        let row = try #require(try await pool.first("SELECT \(nothing)::text AS a, \(texts)::text[] AS b, 5 AS c"))
        #expect(try row.decode("a") == nothing)
        #expect(try row.decode("b") == texts)
        #expect(try row.decode("c") == 5 as Int?)
        #expect(throws: PostgresError.self) { try row.decode("a", as: String.self) }
    }

    @Test func momentsKeepTheirMicroseconds() async throws {
        let pool = try await SharedServer.pool()
        let values: [(String, Int64)] = [
            ("1970-01-01 00:00:00+00", 0), ("2026-11-23 05:48:32.123456+00", 1_795_412_912_123_456),
            ("1999-12-31 23:59:59.5+00", 946_684_799_500_000), ("1600-02-29 12:00:00+00", -11_670_955_200_000_000),
            ("2026-11-23 07:48:32.1+02", 1_795_412_912_100_000), ("infinity", .max),
        ]
        for (text, microseconds) in values {
            let moment = PostgresTimestamp(microseconds: microseconds)
            let row = try #require(
                try await pool.first(
                    "SELECT \(text)::timestamptz AS a, \(moment) AS b, \(text)::timestamptz = \(moment)"
                )
            )
            #expect(try row.decode("a") == moment)
            #expect(try row.decode("b") == moment)
            #expect(try row.decode(2) == true)
        }
    }

    @Test func aWrongTypeNamesTheColumn() async throws {
        let row = try #require(try await SharedServer.pool().first("SELECT 'x' AS letter"))
        let error = #expect(throws: PostgresError.self) { try row.decode("letter", as: Int.self) }
        #expect(error?.kind == .decoding)
        #expect(error?.description.contains("letter") == true)
        #expect(throws: PostgresError.self) { try row.decode("other", as: String.self) }
        #expect(throws: PostgresError.self) { try row.decode(1, as: String.self) }
    }

    @Test func queriesAreMadeOfQueries() async throws {
        let pool = try await SharedServer.pool()
        let conditions: [PostgresQuery] = ["n > \(2)", "n < \(5)"]
        let query: PostgresQuery = """
            SELECT n FROM generate_series(1, \(10)) AS n WHERE \(PostgresQuery.joined(conditions, separator: " AND "))
            """
        #expect(query.description.contains("generate_series(1, $1) AS n WHERE n > $2 AND n < $3"))
        #expect(try await pool.query(query).map { try $0.decode(0, as: Int.self) } == [3, 4])
    }
}
