// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Identity
import Postgres
import Testing

@testable import WebApp

@Suite struct UserTests {
    /// A user and the Authorization of a token of the user.
    private static func makeUser(_ api: TestAPI) async throws -> TestAPI.Credentials {
        let hash = try PasswordHash(of: Secret("correct horse"), cost: TestAPI.passwordCost)
        let user = try await UserStore(pool: api.pool).create(email: "ann@example.com", passwordHash: hash.text)
        let made = try await TokenStore(pool: api.pool).create(
            TokenDraft(name: "laptop", grant: .unlimited),
            owner: .user(user.id)
        )
        return .token(made.secret.text.reveal())
    }

    @Test func `one-time codes are switched on with a code, and off again`() async throws {
        let time = ManualClock()
        try await TestAPI.run(clock: time.clock) { api async throws in
            let user = try await Self.makeUser(api)
            let path = "/x/v1/user/totp"
            let password = #"{"password":"correct horse"}"#
            #expect(try await api.call(.post, path, #"{"password":"wrong"}"#, as: user).status == 401)
            #expect(try await api.call(.post, path, password).status == 401)
            let offered = try await api.call(.post, path, password, as: user)
            #expect(offered.status == 201 && offered.text.contains("otpauth://totp/Zonewright:ann@example.com?secret="))
            // Until a code has come back the password is enough.
            #expect(
                try await api.call(.post, "/x/v1/sessions", #"{"email":"ann@example.com","password":"correct horse"}"#)
                    .status == 201
            )
            let wrong = try await api.call(.put, path, #"{"password":"correct horse","code":"1"}"#, as: user)
            #expect(wrong.status == 400 && wrong.text.hasSuffix(#""errors":{"code":["is invalid"]}}"#))
            let key = try #require(SealingKey(hexadecimal: String(repeating: "5a", count: 32)))
            let store = LogInStore(pool: api.pool)
            let id = try #require(try await api.call(.get, "whoami", as: user).id)
            let sealed = try #require(try await store.offeredSecret(of: id))
            let secret = OneTimeCode(secret: try key.open(sealed, for: "person:\(id)"))
            #expect(offered.text.contains(secret.text.reveal()))
            let code = secret.code(step: time.clock.now / OneTimeCode.period)
            let body = #"{"password":"correct horse","code":"\#(code)"}"#
            let confirmed = try await api.call(.put, path, body, as: user)
            #expect(confirmed.status == 200)
            #expect(confirmed.text.matches(of: #/"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}"/#).count == RecoveryCode.count)
            let missing = try await api.call(.delete, path, password, as: user)
            #expect(missing.status == 401 && missing.headers[.oneTimeCode] == "required")
            let used = #"{"password":"correct horse","otp":"\#(code)"}"#
            #expect(try await api.call(.delete, path, used, as: user).status == 401)
            time.advance(by: OneTimeCode.period)
            let next = secret.code(step: time.clock.now / OneTimeCode.period)
            let good = #"{"password":"correct horse","otp":"\#(next)"}"#
            #expect(try await api.call(.delete, path, good, as: user).status == 204)
            #expect(try await api.call(.post, path, password, as: user).status == 201)
        }
    }

    @Test func `a new password takes the place of the old one and ends the sessions`() async throws {
        try await TestAPI.run { api async throws in
            let user = try await Self.makeUser(api)
            func logIn(_ password: String) async throws -> Int {
                let body = #"{"email":"ann@example.com","password":"\#(password)"}"#
                return try await api.call(.post, "/x/v1/sessions", body, as: .none).status
            }
            #expect(try await logIn("correct horse") == 201)
            let path = "/x/v1/user/password"
            let short = try await api.call(.put, path, #"{"password":"correct horse","new_password":"x"}"#, as: user)
            #expect(short.status == 400 && short.text.contains("is too short (minimum is 10 characters)"))
            let body = #"{"password":"correct horse","new_password":"battery staple"}"#
            #expect(try await api.call(.put, path, body, as: user).status == 204)
            #expect(try await api.pool.query("SELECT 1 FROM app.session").isEmpty)
            #expect(try await logIn("correct horse") == 401)
            #expect(try await logIn("battery staple") == 201)
            #expect(try await api.call(.put, path, body, as: user).status == 401)
        }
    }
}
