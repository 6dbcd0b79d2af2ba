// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Foundation
import HTTPTypes
import Identity
import Postgres
import Testing

@testable import WebApp

/// A user's own tokens, and what the audit of the user's accounts says about log-ins.
@Suite struct UserTokenTests {
    private static let path = "/x/v1/user/tokens"

    /// A user with a token that may do everything, in the account unless `accounts` is empty.
    private static func makeUser(_ api: TestAPI, in accounts: [Account]) async throws -> TestAPI.Credentials {
        let hash = try PasswordHash(of: Secret("correct horse"), cost: TestAPI.passwordCost)
        let user = try await UserStore(pool: api.pool).create(email: "ann@example.com", passwordHash: hash.text)
        for account in accounts {
            try await UserStore(pool: api.pool).join(user.id, account: account.id)
        }
        let made = try await TokenStore(pool: api.pool).create(
            TokenDraft(name: "laptop", grant: .unlimited),
            owner: .user(user.id)
        )
        return .token(made.secret.text.reveal())
    }

    /// Account, actor, action and subject of every row, by id.
    private static func audit(_ api: TestAPI) async throws -> [String] {
        try await api.pool.query(
            """
            SELECT concat_ws(' ', coalesce(account_id::text, '-'), actor, action, subject, coalesce(after->>'way', ''))
            FROM app.audit ORDER BY id
            """
        ).map { try $0.decode(0) }
    }

    private static func logIn(_ api: TestAPI, _ email: String, _ password: String) async throws -> Int {
        try await api.call(.post, "/x/v1/sessions", #"{"email":"\#(email)","password":"\#(password)"}"#, as: .none)
            .status
    }

    @Test func `a user's token is made, shown without its secret, used in every account and revoked`() async throws {
        try await TestAPI.run { api async throws in
            let other = try await api.otherAccount().account
            let user = try await Self.makeUser(api, in: [api.account, other])
            let body = #"{"name":"ci","scopes":["domains:*:read"],"expires_at":"2099-01-31T12:00:00Z"}"#
            let made = try await api.call(.post, Self.path, body, as: user)
            #expect(made.status == 201)
            let secret = try #require(made.text.firstMatch(of: #/"token":"(zw_u_[0-9A-Za-z]{36})"/#)).output.1
            let id = try #require(made.id)
            let token = TestAPI.Credentials.token(String(secret))
            for account in [api.account.id, other.id] {
                #expect(try await api.call(.get, "\(account)/domains", as: token).status == 200)
                #expect(try await api.call(.get, "\(account)/contacts", as: token).status == 403)
            }
            let shown = try await api.call(.get, "\(Self.path)/\(id)", as: user)
            #expect(
                shown.text.replacing(#/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/#, with: "T") == """
                    {"data":{"id":\(id),"account_id":null,"user_id":1,"oauth_application_id":null,"name":"ci",\
                    "access":"full","scopes":["domains:*:read"],"record_policy":null,"networks":null,\
                    "created_at":T,"expires_at":T,"revoked_at":null,"last_used_at":null}}
                    """
            )
            let list = try await api.call(.get, "\(Self.path)?per_page=1&page=2", as: user)
            #expect(list.ids == [id] && list.text.contains(#""total_entries":2,"#) && !list.text.contains(secret))
            #expect(try await api.call(.delete, "\(Self.path)/\(id)", as: user).status == 204)
            for method in [HTTPRequest.Method.get, .delete] {
                let gone = try await api.call(method, "\(Self.path)/\(id)", as: user)
                #expect(gone.status == 404 && gone.text == #"{"message":"Token `\#(id)` not found"}"#)
            }
            let rows = try await Self.audit(api)
            #expect(
                rows
                    == ["token.create", "token.revoke"].flatMap { action in
                        [api.account.id, other.id].map { "\($0) user:1 \(action) token/\(id) " }
                    }
            )
            let texts = try await api.pool.query("SELECT coalesce(after::text, '') FROM app.audit")
            #expect(try texts.allSatisfy { try !$0.decode(0, as: String.self).contains(secret) })
        }
    }

    @Test func `an account's token is no user, and a limited token makes none`() async throws {
        try await TestAPI.run { api async throws in
            let user = try await Self.makeUser(api, in: [api.account])
            let body = #"{"name":"more"}"#
            #expect(try await api.call(.get, Self.path).status == 401)
            #expect(try await api.call(.post, Self.path, body).status == 401)
            #expect(try await api.call(.get, Self.path, as: .none).status == 401)
            let limits = [#""scopes":["*:*:write"]"#, #""access":"read""#, #""record_policy":["*:*"]"#]
            for limit in limits {
                let made = try await api.call(.post, Self.path, #"{"name":"a",\#(limit)}"#, as: user)
                let secret = try #require(made.text.firstMatch(of: #/"token":"(zw_u_[0-9A-Za-z]{36})"/#)).output.1
                let limited = TestAPI.Credentials.token(String(secret))
                #expect(try await api.call(.post, Self.path, body, as: limited).status == 403)
                #expect(try await api.call(.delete, "\(Self.path)/1", as: limited).status == 403)
            }
            let tokenOfAccount = try #require(try await api.call(.get, "/x/v1/@/tokens").id)
            #expect(try await api.call(.delete, "\(Self.path)/\(tokenOfAccount)", as: user).status == 404)
            let wrong = try await api.call(.post, Self.path, "{}", as: user)
            #expect(wrong.text == #"{"message":"Validation failed","errors":{"name":["can't be blank"]}}"#)
            let keyed: HTTPFields = [.idempotencyKey: "once"]
            let first = try await api.call(.post, Self.path, body, as: user, headers: keyed)
            let second = try await api.call(.post, Self.path, body, as: user, headers: keyed)
            #expect(first.status == 201 && second.text == first.text)
        }
    }

    @Test func `log-ins stand in the audit of every account of the user`() async throws {
        try await TestAPI.run { api async throws in
            let other = try await api.otherAccount().account
            _ = try await Self.makeUser(api, in: [api.account, other])
            #expect(try await Self.logIn(api, "ann@example.com", "wrong") == 401)
            #expect(try await Self.logIn(api, "Ann@example.com", "correct horse") == 201)
            #expect(try await Self.logIn(api, "ann@example.com", "correct horse") == 201)
            let both = [api.account.id, other.id]
            let failed = both.map { "\($0) nobody user.log_in_failed user/1 session" }
            let good = both.map { "\($0) user:1 user.log_in user/1 session" }
            #expect(try await Self.audit(api) == failed + good + good)
            // Nobody whose account it could stand in, and nothing of what was typed.
            #expect(try await Self.logIn(api, "battery staple", "x") == 401)
            #expect(try await Self.audit(api).last == "- nobody user.log_in_failed user session")
            let rows = try await api.pool.query("SELECT count(*) FROM app.audit WHERE after::text LIKE '%battery%'")
            #expect(try rows.first?.decode(0, as: Int64.self) == 0)
            let shown = try await api.call(.get, "/x/v1/@/audit?action=user.log_in")
            #expect(shown.text.matches(of: #/"action":"user\.log_in"/#).count == 2)
        }
    }

    @Test func `a password with each request is booked once an hour`() async throws {
        let time = ManualClock()
        try await TestAPI.run(clock: time.clock) { api async throws in
            _ = try await Self.makeUser(api, in: [api.account])
            func ask(_ password: String) async throws -> Int {
                var headers = HTTPFields()
                headers[.authorization] = "Basic \(Data("ann@example.com:\(password)".utf8).base64EncodedString())"
                return try await api.call(.get, "whoami", as: .none, headers: headers).status
            }
            for _ in 0..<3 {
                #expect(try await ask("correct horse") == 200)
            }
            let id = api.account.id
            #expect(try await Self.audit(api) == ["\(id) user:1 user.log_in user/1 request"])
            time.advance(by: 3_600)
            #expect(try await ask("correct horse") == 200)
            #expect(try await ask("wrong") == 401)
            #expect(
                try await Self.audit(api).dropFirst() == [
                    "\(id) user:1 user.log_in user/1 request", "\(id) nobody user.log_in_failed user/1 request",
                ]
            )
        }
    }

    @Test func `changes of a log-in are booked, without secrets`() async throws {
        try await TestAPI.run { api async throws in
            let user = try await Self.makeUser(api, in: [api.account])
            let body = #"{"password":"correct horse","new_password":"battery staple"}"#
            #expect(try await api.call(.put, "/x/v1/user/password", body, as: user).status == 204)
            #expect(try await api.call(.put, "/x/v1/user/password", body, as: user).status == 401)
            let removed = try await api.call(.delete, "/x/v1/user/totp", #"{"password":"battery staple"}"#, as: user)
            #expect(removed.status == 204)
            let id = api.account.id
            #expect(
                try await Self.audit(api) == [
                    "\(id) user:1 user.password user/1 ", "\(id) nobody user.log_in_failed user/1 confirmation",
                    "\(id) user:1 user.totp_disable user/1 ",
                ]
            )
        }
    }
}
