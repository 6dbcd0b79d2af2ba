// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres
import TestSupport
import Testing

@Suite struct PostgresValueTests {
    @Test func textSurvivesWhateverItHolds() async throws {
        let database = try await TestDatabase.makeEmpty()
        let pool = try database.pool(.superuser, size: 1)
        for text in ["", "plain", "'; DROP TABLE app.zone; --", "\\", "\"", "{a,b}", "NULL", "äöü 漢字 🌍", "$1", "a\nb"] {
            let row = try #require(try await pool.first("SELECT \(text)::text AS value"))
            #expect(try row.decode("value") == text)
        }
        try await database.drop()
    }
}
