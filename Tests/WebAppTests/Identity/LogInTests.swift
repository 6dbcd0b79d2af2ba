// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Identity
import Postgres
import Testing

@testable import WebApp

@Suite struct LogInTests {
    private static let password = "correct horse battery"

    /// A user who is a member of the account.
    private static func makeUser(_ api: TestAPI, email: String = "ann@example.com") async throws -> User {
        let users = UserStore(pool: api.pool)
        let hash = try PasswordHash(of: Secret(Self.password), cost: TestAPI.passwordCost)
        let user = try await users.create(email: email, passwordHash: hash.text)
        try await users.join(user.id, account: api.account.id)
        return user
    }

    private static func basic(_ email: String, _ password: String, code: String? = nil) -> HTTPFields {
        var headers = HTTPFields()
        headers[.authorization] = "Basic \(Data("\(email):\(password)".utf8).base64EncodedString())"
        headers[.oneTimeCode] = code
        return headers
    }

    @Test func `an e-mail address and its password open the user's accounts`() async throws {
        try await TestAPI.run { api async throws in
            let user = try await Self.makeUser(api)
            for email in ["ann@example.com", "Ann@Example.com", "ann@example.com"] {
                let answer = try await api.call(.get, "whoami", as: .none, headers: Self.basic(email, Self.password))
                #expect(answer.status == 200)
                #expect(answer.id == user.id)
                #expect(answer.text.hasSuffix(#""account":null}}"#))
            }
            let created = try await api.call(
                .post,
                "@/domains",
                #"{"name":"a.example"}"#,
                as: .none,
                headers: Self.basic("ann@example.com", Self.password)
            )
            #expect(created.status == 201)
            for (email, password) in [("ann@example.com", "wrong"), ("bob@example.com", Self.password), ("", "")] {
                let answer = try await api.call(.get, "whoami", as: .none, headers: Self.basic(email, password))
                #expect(answer.status == 401)
                #expect(answer.text == #"{"message":"Authentication failed"}"#)
                #expect(answer.headers[.oneTimeCode] == nil)
            }
        }
    }

    @Test func `a token may be sent as a password`() async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.get, "whoami", as: .none, headers: Self.basic("anything", api.token))
            #expect(answer.status == 200)
            #expect(answer.id == api.account.id)
        }
    }

    @Test func `failed log-ins of an address are limited, good ones are not`() async throws {
        try await TestAPI.run { api async throws in
            _ = try await Self.makeUser(api)
            for _ in 0..<20 {
                let good = Self.basic("ann@example.com", Self.password)
                #expect(try await api.call(.get, "whoami", as: .none, headers: good).status == 200)
            }
            for attempt in 0..<PasswordAuthenticator.attemptsByAddress {
                let bad = Self.basic("ann@example.com", "wrong \(attempt)")
                #expect(try await api.call(.get, "whoami", as: .none, headers: bad).status == 401)
            }
            let limited = try await api.call(
                .get,
                "whoami",
                as: .none,
                headers: Self.basic("bob@example.com", "wrong")
            )
            #expect(limited.status == 429)
            #expect(limited.text == #"{"message":"Too many failed log-ins"}"#)
            let wait = try #require(limited.headers[.retryAfter].flatMap { Int64($0) })
            #expect((1...LogInStore.window).contains(wait))
            // A password that was good goes on working: its client is no guesser.
            let good = Self.basic("ann@example.com", Self.password)
            #expect(try await api.call(.get, "whoami", as: .none, headers: good).status == 200)
            #expect(try await api.call(.get, "whoami").status == 200)
        }
    }

    @Test func `a one-time code is asked for, and is good once; a recovery code replaces it`() async throws {
        let time = ManualClock()
        try await TestAPI.run(clock: time.clock) { api async throws in
            let user = try await Self.makeUser(api)
            let key = try #require(SealingKey(hexadecimal: String(repeating: "5a", count: 32)))
            let store = LogInStore(pool: api.pool)
            let secret = OneTimeCode()
            let sealed = try key.seal(secret.secret.reveal(), for: user.sealOwner)
            let recovery = (0..<2).map { _ in RecoveryCode() }
            #expect(try await store.offer(sealedSecret: sealed, to: user.id))
            #expect(try await store.confirm(sealedSecret: sealed, of: user.id, step: 0, codes: recovery))
            #expect(try await store.offer(sealedSecret: sealed, to: user.id) == false)
            func status(_ code: String?, password: String = Self.password) async throws -> (Int, String?) {
                let headers = Self.basic("ann@example.com", password, code: code)
                let answer = try await api.call(.get, "whoami", as: .none, headers: headers)
                return (answer.status, answer.headers[.oneTimeCode])
            }
            #expect(try await status(nil) == (401, "required"))
            #expect(try await status(nil, password: "wrong") == (401, nil))
            #expect(try await status("000000x") == (401, nil))
            let code = secret.code(step: time.clock.now / OneTimeCode.period)
            #expect(try await status(code) == (200, nil))
            #expect(try await status(code) == (401, nil))
            time.advance(by: OneTimeCode.period)
            #expect(try await status(secret.code(step: time.clock.now / OneTimeCode.period)).0 == 200)
            #expect(try await status(recovery[0].text.reveal()).0 == 200)
            #expect(try await status(recovery[0].text.reveal()).0 == 401)
            #expect(try await status(recovery[1].text.reveal().lowercased()).0 == 200)
            let row = try await api.pool.first("SELECT totp_secret FROM app.person")
            #expect(try row?.decode("totp_secret", as: [UInt8].self) == sealed)
            try await store.removeSecret(of: user.id)
            #expect(try await status(nil).0 == 200)
        }
    }

    @Test func `a password whose hash is too cheap is hashed again`() async throws {
        try await TestAPI.run { api async throws in
            let cheaper = try #require(PasswordHash.Cost(logarithm: 2))
            let hash = try PasswordHash(of: Secret(Self.password), cost: cheaper)
            _ = try await UserStore(pool: api.pool).create(email: "ann@example.com", passwordHash: hash.text)
            for _ in 0..<2 {
                let headers = Self.basic("ann@example.com", Self.password)
                #expect(try await api.call(.get, "whoami", as: .none, headers: headers).status == 200)
            }
            let row = try await api.pool.first("SELECT password_hash FROM app.person")
            let text: String = try #require(row).decode("password_hash")
            let stored = try #require(PasswordHash(text))
            #expect(stored.cost == TestAPI.passwordCost)
        }
    }

    @Test func `a session works by its cookie, and changes need its CSRF token`() async throws {
        try await TestAPI.run(.live) { api async throws in
            _ = try await Self.makeUser(api)
            let login = #"{"email":"ann@example.com","password":"\#(Self.password)"}"#
            #expect(
                try await api.call(.post, "/x/v1/sessions", #"{"email":"ann@example.com"}"#, as: .none).status == 401
            )
            let made = try await api.call(.post, "/x/v1/sessions", login, as: .none)
            #expect(made.status == 201)
            let setCookie = try #require(made.headers[.setCookie])
            #expect(setCookie.contains("; HttpOnly; SameSite=Strict") && setCookie.contains("; Path=/;"))
            let cookie = String(setCookie.prefix { $0 != ";" })
            let token = try #require(made.text.firstMatch(of: #/"csrf_token":"([0-9a-f]{64})"/#)).output.1
            #expect(!made.text.contains(cookie.split(separator: "=")[1]))
            let read: HTTPFields = [.cookie: "other=1; \(cookie)"]
            let write: HTTPFields = [.cookie: cookie, .csrfToken: String(token)]
            #expect(try await api.call(.get, "whoami", as: .none, headers: read).status == 200)
            let body = #"{"name":"a.example"}"#
            let refused = try await api.call(.post, "@/domains", body, as: .none, headers: read)
            #expect(refused.status == 403)
            #expect(refused.text == #"{"message":"The X-CSRF-Token header is missing or wrong"}"#)
            #expect(try await api.call(.post, "@/domains", body, as: .none, headers: write).status == 201)
            let shown = try await api.call(.get, "/x/v1/sessions", as: .none, headers: read)
            #expect(shown.status == 200 && shown.id == made.id)
            #expect(try await api.call(.get, "/x/v1/sessions").status == 404)
            let ended = try await api.call(.delete, "/x/v1/sessions", as: .none, headers: write)
            #expect(ended.status == 204 && ended.headers[.setCookie]?.contains("Max-Age=0") == true)
            #expect(try await api.call(.get, "whoami", as: .none, headers: read).status == 401)
            let rows = try await api.pool.query("SELECT 1 FROM app.session")
            #expect(rows.isEmpty)
        }
    }

    @Test func `cookies go over TLS alone unless the browser is on this machine`() {
        let secret = TokenSecret(.session)
        let remote = SessionCookie.set(secret, maximumAge: 60, isLocal: false)
        #expect(remote.hasPrefix("__Host-zonewright=zw_s_") && remote.hasSuffix("; Secure"))
        #expect(!SessionCookie.set(secret, maximumAge: 60, isLocal: true).contains("Secure"))
        #expect(SessionCookie.clear(isLocal: false).hasSuffix("; Secure"))
        #expect(SessionCookie.secret(in: [.cookie: String(remote.prefix { $0 != ";" })])?.hash == secret.hash)
        #expect(SessionCookie.secret(in: [.cookie: "zonewright=\(TokenSecret().text.reveal())"]) == nil)
    }
}
