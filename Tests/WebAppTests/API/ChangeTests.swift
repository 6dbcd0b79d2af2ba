// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import HummingbirdTesting
import Postgres
import Testing

@testable import WebApp

/// What a change leaves behind besides its answer.
@Suite struct ChangeTests {
    @Test func `history and audit have the request's id and the client's address`() async throws {
        try await TestAPI.run(.live) { api async throws in
            #expect(try await api.makeDomain("example.com").status == 201)
            let created = try await api.call(
                .post,
                "@/zones/example.com/records",
                #"{"name":"a","type":"A","content":"192.0.2.1"}"#
            )
            let requestID = try #require(created.headers[.requestID])
            let audit = try await api.pool.query(
                "SELECT remote_address, token_id IS NOT NULL FROM app.audit WHERE request_id = \(requestID)::uuid"
            )
            #expect(audit.count == 1)
            #expect(try audit.first?.decode(0) == "127.0.0.1")
            #expect(try audit.first?.decode(1) == true)
            for table in ["app.zone_change", "distribution.outbox"] as [PostgresQuery] {
                let rows = try await api.pool.query(
                    "SELECT count(*) FROM \(table) WHERE request_id = \(requestID)::uuid"
                )
                #expect(try rows.first?.decode(0) == Int64(1), "\(table)")
            }
        }
    }

    @Test func `what is refused leaves nothing behind`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let refused = try await api.call(
                .post,
                "@/zones/example.com/records",
                #"{"name":"a","type":"A","content":"nonsense"}"#
            )
            let requestID = try #require(refused.headers[.requestID])
            for table in ["app.zone_change", "app.audit", "distribution.outbox"] as [PostgresQuery] {
                let rows = try await api.pool.query(
                    "SELECT count(*) FROM \(table) WHERE request_id = \(requestID)::uuid"
                )
                #expect(try rows.first?.decode(0) == Int64(0), "\(table)")
            }
        }
    }

    @Test func `of one record made many times at once only one is made`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await api.call(
                            .post,
                            "@/zones/example.com/records",
                            #"{"name":"a","type":"A","content":"192.0.2.1"}"#
                        ).status
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [201: 1, 400: 19])
        }
    }
}
