// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Identity
import Postgres
import Testing

@testable import WebApp

@Suite struct OAuthFlowTests {
    /// An application, a user who is logged in, and the ways between them.
    private struct Stage {
        static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

        let api: TestAPI
        let clientID: String
        let secret: String?
        let cookie: String
        let csrfToken: String

        static func make(_ api: TestAPI, uri: String, isConfidential: Bool) async throws -> Stage {
            let body = #"{"name":"<App>","redirect_uris":["\#(uri)"],"confidential":\#(isConfidential)}"#
            let made = try await api.call(.post, "/x/v1/@/oauth_applications", body)
            #expect(made.status == 201)
            let hash = try PasswordHash(of: Secret("correct horse"), cost: TestAPI.passwordCost)
            let users = UserStore(pool: api.pool)
            let user = try await users.create(email: "ann@example.com", passwordHash: hash.text)
            try await users.join(user.id, account: api.account.id)
            let session = try await SessionStore(pool: api.pool).begin(user: user.id, remoteAddress: nil)
            return Stage(
                api: api,
                clientID: String(try #require(made.text.firstMatch(of: #/"client_id":"(\w+)"/#)).output.1),
                secret: made.text.firstMatch(of: #/"client_secret":"(\w+)"/#).map { String($0.output.1) },
                cookie: "zonewright=\(session.secret.text.reveal())",
                csrfToken: session.secret.csrfToken
            )
        }

        /// The consent form, sent off; gives where the browser is led.
        func decide(_ query: String, decision: String = "allow", csrfToken: String? = nil) async throws
            -> TestAPI.Answer
        {
            let escaped = query.replacing("%", with: "%25").replacing("&", with: "%26")
            return try await self.api.call(
                .post,
                "/oauth/authorize",
                "query=\(escaped)&account=\(self.api.account.id)&decision=\(decision)&csrf_token=\(csrfToken ?? self.csrfToken)",
                as: .none,
                headers: [.cookie: self.cookie, .contentType: "application/x-www-form-urlencoded"]
            )
        }

        func code(_ query: String) async throws -> String {
            let answer = try await self.decide(query)
            #expect(answer.status == 303)
            let location = try #require(answer.headers[.location])
            return String(try #require(location.firstMatch(of: #/code=(zw_c_\w+)/#)).output.1)
        }

        func exchange(_ fields: [String: String]) async throws -> TestAPI.Answer {
            let body = fields.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
            return try await self.api.call(
                .post,
                "oauth/access_token",
                body,
                as: .none,
                headers: [.contentType: "application/x-www-form-urlencoded"]
            )
        }
    }

    @Test func `a confidential client gets a token of the account, once`() async throws {
        try await TestAPI.run { api async throws in
            let stage = try await Stage.make(api, uri: "https://app.example/cb", isConfidential: true)
            let secret = try #require(stage.secret)
            let query = "response_type=code&client_id=\(stage.clientID)&state=xyz&scope=zones:*:read"
            let page = try await api.call(
                .get,
                "/oauth/authorize?\(query)",
                as: .none,
                headers: [.cookie: stage.cookie]
            )
            #expect(page.status == 200 && page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.text.contains("&lt;App&gt; asks for access") && !page.text.contains("<App>"))
            #expect(page.text.contains(stage.csrfToken) && page.text.contains("<code>zones:*:read</code>"))
            let code = try await stage.code(query)
            var fields = ["grant_type": "authorization_code", "client_id": stage.clientID, "client_secret": "wrong"]
            fields["code"] = code
            let wrong = try await stage.exchange(fields)
            #expect(wrong.status == 401 && wrong.text.hasPrefix(#"{"error":"invalid_client","#))
            let body = """
                {"grant_type":"authorization_code","client_id":"\(stage.clientID)","client_secret":"\(secret)",\
                "code":"\(code)","state":"xyz"}
                """
            let made = try await api.call(.post, "oauth/access_token", body, as: .none)
            #expect(made.status == 200 && made.headers[.cacheControl] == "no-store")
            let token = try #require(made.text.firstMatch(of: #/^{"access_token":"(zw_o_\w+)"/#)).output.1
            #expect(
                made.text.hasSuffix(#","token_type":"Bearer","scope":"zones:*:read","account_id":\#(api.account.id)}"#)
            )
            let credentials = TestAPI.Credentials.token(String(token))
            #expect(try await api.call(.get, "@/zones", as: credentials).status == 200)
            #expect(try await api.call(.get, "@/domains", as: credentials).status == 403)
            #expect(try await api.call(.get, "whoami", as: credentials).id == api.account.id)
            let again = try await api.call(.post, "oauth/access_token", body, as: .none)
            #expect(again.status == 400 && again.text.hasPrefix(#"{"error":"invalid_grant","#))
            let revoked = try await api.pool.first(
                "SELECT revoked_at IS NOT NULL AS gone FROM app.api_token WHERE oauth_application_id IS NOT NULL"
            )
            #expect(try revoked?.decode("gone") == true)
        }
    }

    @Test func `a public client proves itself by PKCE, on any loopback port`() async throws {
        try await TestAPI.run { api async throws in
            let stage = try await Stage.make(api, uri: "http://127.0.0.1/cb", isConfidential: false)
            #expect(stage.secret == nil)
            let uri = "http://127.0.0.1:54321/cb"
            let query = """
                response_type=code&client_id=\(stage.clientID)&redirect_uri=\(uri)&code_challenge_method=S256\
                &code_challenge=\(Stage.challenge)
                """
            let code = try await stage.code(query)
            var fields = ["grant_type": "authorization_code", "client_id": stage.clientID, "code": code]
            fields["redirect_uri"] = uri
            #expect(try await stage.exchange(fields).status == 400)
            fields["code_verifier"] = String(repeating: "a", count: 43)
            #expect(try await stage.exchange(fields).text.hasPrefix(#"{"error":"invalid_grant","#))
            fields["code_verifier"] = Stage.verifier
            fields["redirect_uri"] = "http://127.0.0.1/cb"
            #expect(try await stage.exchange(fields).text.hasPrefix(#"{"error":"invalid_grant","#))
            fields["redirect_uri"] = uri
            let made = try await stage.exchange(fields)
            #expect(made.status == 200 && made.text.contains(#""scope":null"#))
        }
    }

    @Test func `what is wrong is told in the place that the RFC has for it`() async throws {
        try await TestAPI.run { api async throws in
            let stage = try await Stage.make(api, uri: "https://app.example/cb", isConfidential: false)
            let base = "client_id=\(stage.clientID)"
            let pkce = "code_challenge_method=S256&code_challenge=\(Stage.challenge)"
            for (query, error) in [
                ("\(base)&response_type=token&state=s", "unsupported_response_type"),
                ("\(base)&response_type=code&state=s", "invalid_request"),
                ("\(base)&response_type=code&state=s&code_challenge=\(Stage.challenge)", "invalid_request"),
                ("\(base)&response_type=code&state=s&\(pkce)&scope=all", "invalid_scope"),
            ] {
                let answer = try await api.call(.get, "/oauth/authorize?\(query)", as: .none)
                #expect(answer.status == 303)
                let location = try #require(answer.headers[.location])
                #expect(location.hasPrefix("https://app.example/cb?error=\(error)&") && location.hasSuffix("&state=s"))
            }
            for query in ["client_id=unknown", "\(base)&redirect_uri=https://evil.example/cb", ""] {
                let answer = try await api.call(.get, "/oauth/authorize?\(query)&response_type=code&\(pkce)", as: .none)
                #expect(answer.status == 400 && answer.headers[.location] == nil)
            }
            let good = "\(base)&response_type=code&state=s&\(pkce)"
            let denied = try await stage.decide(good, decision: "deny")
            #expect(denied.headers[.location]?.hasPrefix("https://app.example/cb?error=access_denied&") == true)
            let forged = try await stage.decide(good, csrfToken: "0")
            #expect(forged.status == 403 && forged.headers[.location] == nil)
            // Without the cookie first the same page again, then the log-in.
            let first = try await api.call(.get, "/oauth/authorize?\(good)", as: .none)
            #expect(first.text.contains("http-equiv=\"refresh\"") && first.text.contains("&amp;same_site=1"))
            let second = try await api.call(.get, "/oauth/authorize?\(good)&same_site=1", as: .none)
            #expect(second.text.contains("action=\"/oauth/session\""))
            for (fields, error) in [
                ([:], "invalid_request"), (["grant_type": "password"], "unsupported_grant_type"),
                (["grant_type": "authorization_code"], "invalid_client"),
                (["grant_type": "authorization_code", "client_id": stage.clientID], "invalid_request"),
                (["grant_type": "authorization_code", "client_id": stage.clientID, "code": "x"], "invalid_grant"),
            ] as [([String: String], String)] {
                let answer = try await stage.exchange(fields)
                #expect(answer.text.hasPrefix(#"{"error":"\#(error)","#))
                #expect(answer.status == (error == "invalid_client" ? 401 : 400))
            }
        }
    }

    @Test func `a user logs in on the way`() async throws {
        try await TestAPI.run { api async throws in
            let stage = try await Stage.make(api, uri: "https://app.example/cb", isConfidential: true)
            let headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            let path = "/oauth/session"
            let form = "query=client_id%3D\(stage.clientID)&email=ann@example.com&password="
            let wrong = try await api.call(.post, path, form + "wrong", as: .none, headers: headers)
            #expect(wrong.status == 401 && wrong.headers[.setCookie] == nil)
            let good = try await api.call(.post, path, form + "correct+horse", as: .none, headers: headers)
            #expect(good.status == 303)
            #expect(good.headers[.location] == "/oauth/authorize?client_id=\(stage.clientID)")
            #expect(good.headers[.setCookie]?.contains("zw_s_") == true)
        }
    }

    @Test func `applications are listed, shown and deleted by their account alone`() async throws {
        try await TestAPI.run { api async throws in
            _ = try await Stage.make(api, uri: "https://app.example/cb", isConfidential: true)
            let list = try await api.call(.get, "/x/v1/@/oauth_applications")
            let id = try #require(list.id)
            #expect(list.text.contains(#""total_entries":1,"#) && !list.text.contains("zw_x_"))
            let bad = try await api.call(
                .post,
                "/x/v1/@/oauth_applications",
                #"{"redirect_uris":["http://a.example/"]}"#
            )
            #expect(bad.status == 400)
            #expect(
                bad.text.hasSuffix(
                    #""errors":{"name":["can't be blank"],"redirect_uris":["`http://a.example/` is invalid"]}}"#
                )
            )
            let other = try await api.otherAccount()
            let stranger = TestAPI.Credentials.token(other.token)
            let path = "/x/v1/\(other.account.id)/oauth_applications/\(id)"
            #expect(
                try await api.call(.get, path, as: stranger).text == #"{"message":"Application `\#(id)` not found"}"#
            )
            #expect(try await api.call(.delete, path, as: stranger).status == 404)
            let reader = try await api.makeToken(access: .read)
            #expect(try await api.call(.delete, "/x/v1/@/oauth_applications/\(id)", as: reader).status == 403)
            #expect(try await api.call(.delete, "/x/v1/@/oauth_applications/\(id)").status == 204)
            #expect(try await api.call(.get, "/x/v1/@/oauth_applications/\(id)").status == 404)
        }
    }
}
