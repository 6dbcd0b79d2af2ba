// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import HummingbirdTesting
import Identity
import Postgres
import Testing

@testable import WebApp

@Suite struct TokenTests {
    @Test func `a token is made, shown without its secret, used and revoked`() async throws {
        try await TestAPI.run { api async throws in
            let body = """
                {"name":"acme","scopes":["zones:a.example:write"],"record_policy":["_acme-challenge:txt"],\
                "networks":["192.0.2.0/24"],"expires_at":"2099-01-31T12:00:00Z"}
                """
            let made = try await api.call(.post, "/x/v1/@/tokens", body)
            #expect(made.status == 201)
            let secret = try #require(made.text.firstMatch(of: #/"token":"(zw_a_[0-9A-Za-z]{36})"/#)).output.1
            let id = try #require(made.id)
            let shown = try await api.call(.get, "/x/v1/@/tokens/\(id)")
            #expect(shown.status == 200)
            #expect(
                shown.normalized == """
                    {"data":{"id":#,"account_id":#,"user_id":null,"oauth_application_id":null,"name":"acme",\
                    "access":"full","scopes":["zones:a.example:write"],"record_policy":["_acme-challenge:TXT"],\
                    "networks":["192.0.2.0/24"],"created_at":"T","expires_at":"T","revoked_at":null,\
                    "last_used_at":null}}
                    """
            )
            #expect(!shown.text.contains(secret))
            let list = try await api.call(.get, "/x/v1/@/tokens?per_page=1&page=2")
            #expect(list.ids == [id] && list.text.contains(#""total_entries":2,"#))
            // Not from here: the token is good in its network only.
            #expect(try await api.call(.get, "whoami", as: .token(String(secret))).status == 403)
            #expect(try await api.call(.delete, "/x/v1/@/tokens/\(id)").status == 204)
            for method in [HTTPRequest.Method.get, .delete] {
                let gone = try await api.call(method, "/x/v1/@/tokens/\(id)")
                #expect(gone.status == 404)
                #expect(gone.text == #"{"message":"Token `\#(id)` not found"}"#)
            }
            let audit = try await api.pool.query("SELECT action, coalesce(after::text, '') AS after FROM app.audit")
            #expect(try audit.map { try $0.decode("action", as: String.self) } == ["token.create", "token.revoke"])
            #expect(try audit.allSatisfy { try !$0.decode("after", as: String.self).contains(secret) })
        }
    }

    @Test(arguments: [
        (#"{}"#, #"{"name":["can't be blank"]}"#),
        (#"{"name":"a","access":"all"}"#, #"{"access":["must be full or read"]}"#),
        (#"{"name":"a","scopes":["zone:*:read"]}"#, #"{"scopes":["`zone:*:read` is invalid"]}"#),
        (#"{"name":"a","scopes":[]}"#, #"{"scopes":["must have 1 to 100 elements"]}"#),
        (#"{"name":"a","networks":["10.0.0.1/8"]}"#, #"{"networks":["`10.0.0.1/8` is invalid"]}"#),
        (#"{"name":"a","record_policy":["a"]}"#, #"{"record_policy":["`a` is invalid"]}"#),
        (#"{"name":"a","expires_at":"soon"}"#, #"{"expires_at":["must be a time such as 2030-01-31T12:00:00Z"]}"#),
        (#"{"name":"a","expires_at":"2001-01-31T12:00:00Z"}"#, #"{"expires_at":["must be in the future"]}"#),
        (#"{"name":1,"scopes":"x"}"#, #"{"name":["must be a string","can't be blank"],"scopes":["must be an array"]}"#),
    ])
    func `faults are named by field`(body: String, errors: String) async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.post, "/x/v1/@/tokens", body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":\#(errors)}"#)
        }
    }

    @Test func `a limited token makes none that may do more`() async throws {
        try await TestAPI.run(.live) { api async throws in
            let body = #"{"name":"more"}"#
            for limited in [
                try await api.makeToken(scopes: ["*:*:write"]), try await api.makeToken(access: .read),
                try await api.makeToken(policy: ["*:*"]),
            ] {
                #expect(try await api.call(.post, "/x/v1/@/tokens", body, as: limited).status == 403)
                #expect(try await api.call(.delete, "/x/v1/@/tokens/1", as: limited).status == 403)
            }
            let near = try await api.makeToken(networks: ["127.0.0.0/8"])
            let inherited = try await api.call(.post, "/x/v1/@/tokens", body, as: near)
            #expect(inherited.text.contains(#""networks":["127.0.0.0/8"]"#))
            let wider = try await api.call(.post, "/x/v1/@/tokens", #"{"name":"a","networks":["0.0.0.0/0"]}"#, as: near)
            #expect(wider.status == 400)
            try await api.pool.execute("UPDATE app.api_token SET expires_at = '2090-01-01' WHERE expires_at IS NULL")
            let shorter = try await api.call(
                .post,
                "/x/v1/@/tokens",
                #"{"name":"b","expires_at":"2099-01-01T00:00:00Z"}"#
            )
            #expect(shorter.text.contains(#""expires_at":"2090-01-01T00:00:00Z""#))
        }
    }

    @Test func `tokens of another account are not there`() async throws {
        try await TestAPI.run { api async throws in
            let other = try await api.otherAccount()
            let id = try #require(try await api.call(.get, "/x/v1/@/tokens").id)
            let path = "/x/v1/\(other.account.id)/tokens"
            let stranger = TestAPI.Credentials.token(other.token)
            #expect(try await api.call(.get, "\(path)/\(id)", as: stranger).status == 404)
            #expect(try await api.call(.delete, "\(path)/\(id)", as: stranger).status == 404)
            #expect(try await api.call(.get, path).status == 404)
            #expect(try await api.call(.get, "/x/v1/@/tokens", as: .none).status == 401)
            #expect(try await api.call(.get, "/x/v1/@/tokens/abc").status == 404)
        }
    }
}
