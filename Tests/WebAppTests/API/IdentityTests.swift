// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Identity
import Testing

@testable import WebApp

@Suite struct IdentityTests {
    @Test func `whoami names the account of an account token`() async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.get, "whoami")
            #expect(answer.status == 200)
            #expect(
                answer.normalized == """
                    {"data":{"user":null,"account":{"id":#,"email":"owner@example.com","name":"Example",\
                    "plan_identifier":"self-hosted","created_at":"T","updated_at":"T"}}}
                    """
            )
            #expect(answer.id == api.account.id)
            // The expression with which acme.sh finds the account.
            #expect(answer.text.firstMatch(of: #/"id":[^,]*,"email":/#) != nil)
        }
    }

    @Test func `accounts lists the token's account without pagination`() async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.get, "accounts")
            #expect(answer.status == 200)
            #expect(
                answer.normalized == """
                    {"data":[{"id":#,"email":"owner@example.com","name":"Example","plan_identifier":"self-hosted",\
                    "created_at":"T","updated_at":"T"}]}
                    """
            )
        }
    }

    @Test(arguments: [
        "Bearer", "Bearer ", "Bearer wrong", "Basic b3duZXI6c2VjcmV0",
        "Bearer zw_a_000000000000000000000000000000000000",
        "zw_a_x",
    ])
    func `what is no valid token is refused`(authorization: String) async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.get, "whoami", as: .none, headers: [.authorization: authorization])
            #expect(answer.status == 401)
            #expect(answer.text == #"{"message":"Authentication failed"}"#)
            #expect(answer.headers[.wwwAuthenticate] == #"Bearer realm="Zonewright""#)
        }
    }

    @Test(arguments: [
        "whoami", "accounts", "@/domains", "@/zones", "@/zones/a.example/records", "/x/v1/@/zones/a/import",
    ])
    func `every operation asks for a token`(path: String) async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(path.hasSuffix("import") ? .post : .get, path, as: .none)
            #expect(answer.status == 401)
            #expect(answer.text == #"{"message":"Authentication failed"}"#)
        }
    }

    @Test func `the scheme is compared without case`() async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.get, "whoami", as: .none, headers: [.authorization: "bearer \(api.token)"])
            #expect(answer.status == 200)
        }
    }

    @Test func `a token made a moment ago works, and a revoked one stops within seconds`() async throws {
        let time = ManualClock()
        try await TestAPI.run(clock: time.clock) { api async throws in
            let tokens = TokenStore(pool: api.pool)
            let (token, secret) = try await tokens.create(account: api.account.id, name: "short-lived")
            let credentials = TestAPI.Credentials.token(secret.text.reveal())
            #expect(try await api.call(.get, "whoami", as: credentials).status == 200)
            #expect(try await tokens.revoke(account: api.account.id, id: token.id))
            time.advance(by: TokenAuthenticator.lifetime)
            #expect(try await api.call(.get, "whoami", as: credentials).status == 401)
        }
    }

    @Test func `a read-only token may look, and nothing else`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let (_, secret) = try await TokenStore(pool: api.pool).create(
                account: api.account.id,
                name: "reader",
                access: .read
            )
            let reader = TestAPI.Credentials.token(secret.text.reveal())
            #expect(try await api.call(.get, "@/zones/example.com", as: reader).status == 200)
            #expect(try await api.call(.get, "@/domains", as: reader).status == 200)
            let domains = try await api.call(.post, "@/domains", #"{"name":"b.example"}"#, as: reader)
            #expect(domains.status == 403)
            #expect(domains.text == #"{"message":"Permission Denied. Required Scope: domains:*:write"}"#)
            for (method, path) in [
                (.post, "@/zones/example.com/records"), (.patch, "@/zones/example.com/records/1"),
                (.delete, "@/zones/example.com/records/1"), (.post, "@/zones/example.com/batch"),
                (.put, "@/zones/example.com/activation"), (.delete, "@/zones/example.com/activation"),
                (.post, "/x/v1/@/zones/example.com/import"),
            ] as [(HTTPRequest.Method, String)] {
                let answer = try await api.call(method, path, "{}", as: reader)
                #expect(answer.status == 403)
                #expect(answer.text == #"{"message":"Permission Denied. Required Scope: zones:*:write"}"#)
            }
        }
    }

    @Test func `another account's path answers like one that is not there`() async throws {
        try await TestAPI.run { api async throws in
            let other = try await api.otherAccount()
            for path in ["\(other.account.id)/zones", "999999/zones", "abc/domains", "99999999999999999999/domains"] {
                let answer = try await api.call(.get, path)
                #expect(answer.status == 404)
                #expect(answer.text == #"{"message":"Not Found"}"#)
            }
        }
    }
}
