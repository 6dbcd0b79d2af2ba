// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import HummingbirdTesting
import Identity
import Postgres
import Testing

@testable import WebApp

extension TestAPI {
    /// A token of the account with these limits.
    func makeToken(
        scopes: [String]? = nil,
        access: TokenAccess = .full,
        policy: [String]? = nil,
        networks: [String]? = nil
    ) async throws -> Credentials {
        let grant = TokenGrant(
            access: access,
            scopes: try scopes?.map { try #require(TokenScope($0)) },
            recordPolicy: try policy.map { RecordPolicy(rules: try $0.map { try #require(RecordPolicy.Rule($0)) }) },
            networks: try networks?.map { try #require(IPNetwork($0)) }
        )
        let made = try await TokenStore(pool: self.pool).create(
            TokenDraft(name: "limited", grant: grant),
            owner: .account(self.account.id)
        )
        return .token(made.secret.text.reveal())
    }
}

@Suite struct ScopeTests {
    @Test func `a token of one zone reads and writes that one`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a.example")
            try await api.makeDomain("b.example")
            let token = try await api.makeToken(scopes: ["zones:a.example:write"])
            for path in [
                "@/zones/a.example", "@/zones/A.Example.", "@/zones/a.example/records", "@/zones/a.example/file",
            ] {
                #expect(try await api.call(.get, path, as: token).status == 200)
            }
            let id = try #require(try await api.call(.get, "@/zones/a.example").id)
            #expect(try await api.call(.get, "@/zones/\(id)", as: token).status == 200)
            let body = #"{"name":"www","type":"A","content":"192.0.2.1"}"#
            #expect(try await api.call(.post, "@/zones/a.example/records", body, as: token).status == 201)

            let other = try await api.call(.get, "@/zones/b.example", as: token)
            #expect(other.status == 403)
            #expect(other.text == #"{"message":"Permission Denied. Required Scope: zones:b.example:read"}"#)
            let write = try await api.call(.post, "@/zones/b.example/records", body, as: token)
            #expect(write.status == 403)
            #expect(write.text == #"{"message":"Permission Denied. Required Scope: zones:b.example:write"}"#)
            let otherID = try #require(try await api.call(.get, "@/zones/b.example").id)
            #expect(try await api.call(.get, "@/zones/\(otherID)", as: token).status == 403)
            #expect(try await api.call(.get, "@/zones/999999", as: token).status == 403)
            let domains = try await api.call(.get, "@/domains", as: token)
            #expect(domains.status == 403)
            #expect(domains.text == #"{"message":"Permission Denied. Required Scope: domains:*:read"}"#)
        }
    }

    @Test func `lists show what may be read, and count only that`() async throws {
        try await TestAPI.run { api async throws in
            for name in ["a.example", "b.example", "c.example"] {
                try await api.makeDomain(name)
            }
            let token = try await api.makeToken(
                scopes: [
                    "zones:a.example:read", "zones:c.example:write", "zones:gone.example:read",
                    "domains:b.example:read",
                ]
            )
            let zones = try await api.call(.get, "@/zones?per_page=1&page=2", as: token)
            #expect(zones.status == 200)
            #expect(zones.text.contains(#""name":"c.example""#) && !zones.text.contains("b.example"))
            #expect(zones.text.contains(#""total_entries":2,"#))
            let domains = try await api.call(.get, "@/domains", as: token)
            #expect(domains.text.contains(#""name":"b.example""#) && domains.ids.count == 1)
            #expect(try await api.call(.get, "@/domains?name_like=a.example", as: token).ids.isEmpty)
        }
    }

    @Test func `a new domain needs a scope for all`() async throws {
        try await TestAPI.run { api async throws in
            let one = try await api.makeToken(scopes: ["domains:a.example:write"])
            let answer = try await api.call(.post, "@/domains", #"{"name":"a.example"}"#, as: one)
            #expect(answer.status == 403)
            #expect(answer.text == #"{"message":"Permission Denied. Required Scope: domains:*:write"}"#)
            let all = try await api.makeToken(scopes: ["domains:*:write"])
            #expect(try await api.call(.post, "@/domains", #"{"name":"a.example"}"#, as: all).status == 201)
            #expect(try await api.call(.delete, "@/domains/a.example", as: one).status == 204)
        }
    }

    @Test func `a token for ACME changes challenge records and nothing else`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a.example")
            let www = try #require(
                try await api.call(
                    .post,
                    "@/zones/a.example/records",
                    #"{"name":"www","type":"TXT","content":"x"}"#
                ).id
            )
            let token = try await api.makeToken(
                scopes: ["zones:a.example:write", "domains:*:write"],
                policy: ["_acme-challenge:TXT"]
            )
            let created = try await api.call(
                .post,
                "@/zones/a.example/records",
                #"{"name":"_acme-challenge","type":"TXT","content":"one"}"#,
                as: token
            )
            #expect(created.status == 201)
            let challenge = try #require(created.id)
            let path = "@/zones/a.example/records"
            #expect(try await api.call(.patch, "\(path)/\(challenge)", #"{"content":"two"}"#, as: token).status == 200)
            for (method, target, body, name) in [
                (
                    .post, path, #"{"name":"_acme-challenge","type":"A","content":"192.0.2.1"}"#,
                    "A records named `_acme-challenge`"
                ),
                (.post, path, #"{"name":"","type":"TXT","content":"x"}"#, "TXT records named `@`"),
                (.patch, "\(path)/\(www)", #"{"name":"_acme-challenge"}"#, "TXT records named `www`"),
                (.patch, "\(path)/\(challenge)", #"{"name":"www"}"#, "TXT records named `www`"),
                (.delete, "\(path)/\(www)", nil, "TXT records named `www`"),
                (
                    .post, "@/zones/a.example/batch",
                    #"{"creates":[{"name":"_acme-challenge","type":"TXT","content":"3"}],"deletes":[{"id":\#(www)}]}"#,
                    "TXT records named `www`"
                ),
            ] as [(HTTPRequest.Method, String, String?, String)] {
                let answer = try await api.call(method, target, body, as: token)
                #expect(answer.status == 403)
                #expect(answer.text == #"{"message":"Permission Denied. The token may not change \#(name)"}"#)
            }
            for (method, target, body) in [
                (.delete, "@/zones/a.example/activation", nil), (.delete, "@/domains/a.example", nil),
                (.post, "@/domains", #"{"name":"b.example"}"#),
            ] as [(HTTPRequest.Method, String, String?)] {
                let answer = try await api.call(method, target, body, as: token)
                #expect(answer.status == 403)
                #expect(answer.text == #"{"message":"Permission Denied. The token may only change records"}"#)
            }
            let records = try await api.call(.get, "\(path)?type=TXT")
            #expect(records.ids == [www, challenge])
            #expect(try await api.call(.delete, "\(path)/\(challenge)", as: token).status == 204)
            #expect(try await api.call(.get, "@/zones/a.example").text.contains(#""active":true"#))
        }
    }

    @Test func `a token is good from its networks only`() async throws {
        try await TestAPI.run(.live) { api async throws in
            let near = try await api.makeToken(networks: ["192.0.2.0/24", "127.0.0.0/8"])
            #expect(try await api.call(.get, "whoami", as: near).status == 200)
            let far = try await api.makeToken(networks: ["192.0.2.0/24"])
            let answer = try await api.call(.get, "whoami", as: far)
            #expect(answer.status == 403)
            #expect(answer.text == #"{"message":"The token may not be used from this address"}"#)
            #expect(answer.headers[.rateLimitLimit] != nil)
        }
    }

    @Test func `a user's token works in all accounts of the user, with the rights of each`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a.example")
            let other = try await api.otherAccount()
            let users = UserStore(pool: api.pool)
            let user = try await users.create(email: "Ann@example.com", passwordHash: "none")
            let made = try await TokenStore(pool: api.pool).create(
                TokenDraft(name: "laptop", grant: .unlimited),
                owner: .user(user.id)
            )
            let token = TestAPI.Credentials.token(made.secret.text.reveal())
            #expect(made.secret.text.reveal().hasPrefix("zw_u_"))
            #expect(try await api.call(.get, "accounts", as: token).text == #"{"data":[]}"#)
            try await users.join(user.id, account: api.account.id, access: .read)
            try await users.join(user.id, account: other.account.id)
            // What was found before is remembered for seconds.
            let fresh = try await TokenStore(pool: api.pool).create(
                TokenDraft(name: "desktop", grant: .unlimited),
                owner: .user(user.id)
            )
            let later = TestAPI.Credentials.token(fresh.secret.text.reveal())
            let whoami = try await api.call(.get, "whoami", as: later)
            #expect(
                whoami.normalized == """
                    {"data":{"user":{"id":#,"email":"Ann@example.com","created_at":"T","updated_at":"T"},"account":null}}
                    """
            )
            #expect(try await api.call(.get, "accounts", as: later).ids == [api.account.id, other.account.id])
            #expect(try await api.call(.get, "@/zones/a.example", as: later).status == 200)
            #expect(try await api.call(.delete, "@/domains/a.example", as: later).status == 403)
            let created = try await api.call(
                .post,
                "\(other.account.id)/domains",
                #"{"name":"b.example"}"#,
                as: later
            )
            #expect(created.status == 201)
            #expect(try await api.call(.get, "999999/zones", as: later).status == 404)
            let actor = try await api.pool.first("SELECT actor FROM app.audit ORDER BY id DESC LIMIT 1")
            #expect(try actor?.decode("actor") == "user:\(user.id)")
        }
    }
}
