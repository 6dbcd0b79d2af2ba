// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres

extension FaultStack {
    /// A web server, an origin and a responder that follows it, ready.
    func startThree() async throws -> (web: ManagedDaemon, glue: ManagedDaemon, responder: ManagedDaemon) {
        let (web, glue) = (try web(), try glue())
        let responder = try responder(upstream: glue.port)
        for daemon in [web, glue, responder] { try await daemon.startAndWait() }
        return (web, glue, responder)
    }

    /// Statements of the superuser's, each on its own.
    func execute(_ statements: String...) async throws {
        let pool = try cluster.pool()
        defer { pool.close() }
        for statement in statements { try await pool.withConnection { try await $0.execute(script: statement) } }
    }

    /// The number that a question to the database has for an answer.
    func number(_ question: PostgresQuery) async throws -> Int64 {
        let pool = try cluster.pool()
        defer { pool.close() }
        guard let number: Int64 = try await pool.query(question).first?.decode(0) else {
            throw FaultError("the database has no answer")
        }
        return number
    }

    /// The stream's epoch.
    func epoch() async throws -> String {
        let pool = try cluster.pool()
        defer { pool.close() }
        return try await StreamStore(pool: pool).state().epoch
    }
}
