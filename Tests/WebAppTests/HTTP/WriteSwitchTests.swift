// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import WebApp

@Suite struct WriteSwitchTests {
    private static func off(_ exceptions: [FlagTarget: Bool] = [:], share: Int? = nil) -> FlagReader {
        FlagReader(FlagTable(version: 1, rules: ["writes": FlagRules(share: share, exceptions: exceptions)]))
    }

    @Test func changesAreRefusedAndReadingAndLoggingInAreNot() async throws {
        try await TestAPI.run(flags: Self.off(share: 0)) { api in
            let refused = try await api.makeDomain("example.com")
            #expect(refused.status == 503)
            #expect(refused.headers[.retryAfter] == "30")
            #expect(refused.text == #"{"message":"Changes are not possible at the moment"}"#)
            #expect(try await api.call(.delete, "@/domains/example.com").status == 503)
            #expect(try await api.call(.put, "/x/v1/@/zones/example.com/rrsets/www/A", "{}").status == 503)
            #expect(try await api.call(.get, "@/domains").status == 200)
            #expect(try await api.call(.head, "@/domains").status == 200)
            // Whoever is not known is told so, and not how things are.
            #expect(try await api.call(.get, "@/domains", as: .none).status == 401)
            #expect(try await api.call(.post, "/x/v1/sessions", "{}", as: .none).status == 401)
            let dynamic = try await api.call(.get, "/nic/update?hostname=a.example.com&myip=192.0.2.1")
            #expect(dynamic.status == 503)
            #expect(dynamic.text == "911\n")
        }
    }

    @Test func aSwitchOfOneAccountHoldsUpNoOther() async throws {
        let flags = FlagReader(FlagTable(version: 1, rules: ["writes": FlagRules(exceptions: [.account(1): false])]))
        try await TestAPI.run(flags: flags) { api in
            #expect(api.account.id == 1)
            #expect(try await api.makeDomain("example.com").status == 503)
            let (account, token) = try await api.otherAccount()
            let body = #"{"name":"example.net"}"#
            #expect(try await api.call(.post, "\(account.id)/domains", body, as: .token(token)).status == 201)
        }
    }

    @Test func aKeyIsNotUsedUpByARefusal() async throws {
        let name = try #require(HTTPField.Name("Idempotency-Key"))
        try await TestAPI.run(flags: Self.off(share: 0)) { api in
            let refused = try await api.call(
                .post,
                "@/domains",
                #"{"name":"example.com"}"#,
                headers: [name: "6f1c2a4e-0000-4000-8000-000000000001"]
            )
            #expect(refused.status == 503)
            let rows = try await api.database.pool(.superuser, size: 1).query("SELECT FROM app.idempotency_key")
            #expect(rows.isEmpty)
        }
    }
}
