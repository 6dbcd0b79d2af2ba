// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Identity
import Postgres
import TestSupport
import Testing

@testable import WebApp

@Suite struct DynamicUpdateTests {
    /// The answer to an update with a token as the password of Basic.
    private static func update(
        _ query: String,
        _ api: TestAPI,
        token: String? = nil,
        method: HTTPRequest.Method = .get,
        body: String? = nil
    ) async throws -> TestAPI.Answer {
        var headers = HTTPFields()
        headers[.authorization] = "Basic \(Data("router:\(token ?? api.token)".utf8).base64EncodedString())"
        headers[.contentType] = body == nil ? nil : "application/x-www-form-urlencoded"
        let uri = query.isEmpty ? "/nic/update" : "/nic/update?\(query)"
        return try await api.call(method, uri, body, as: .none, headers: headers)
    }

    /// Name, type, content and TTL of the account's A and AAAA records.
    private static func records(_ api: TestAPI) async throws -> [String] {
        try await api.pool.query(
            "SELECT name, type, content, ttl FROM app.record WHERE type IN ('A', 'AAAA') ORDER BY zone_id, name, type, id"
        ).map { row in
            let (name, type, content): (String, String, String) = (
                try row.decode(0), try row.decode(1), try row.decode(2)
            )
            return "\(name) \(type) \(content) \(try row.decode(3, as: Int32.self))"
        }
    }

    private static func makeToken(_ api: TestAPI, _ grant: TokenGrant) async throws -> String {
        try await TokenStore(pool: api.pool).create(
            TokenDraft(name: "router", grant: grant),
            owner: .account(api.account.id)
        ).secret.text.reveal()
    }

    @Test func `a host gets its address, then another one, and the same one changes nothing`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a.example")
            let made = try await Self.update("hostname=Home.a.example&myip=192.0.2.1", api)
            #expect(made.status == 200)
            #expect(made.headers[.contentType] == "text/plain; charset=utf-8")
            #expect(made.text == "good 192.0.2.1\n")
            #expect(try await Self.records(api) == ["home A 192.0.2.1 60"])
            let id = try await api.call(.get, "@/zones/a.example/records?name=home").id ?? 0
            _ = try await api.call(.patch, "@/zones/a.example/records/\(id)", #"{"ttl":300}"#)
            let changes = try await api.auditedActions()
            #expect(changes.last == "zone_record.update")
            #expect(try await Self.update("hostname=home.a.example&myip=192.0.2.1", api).text == "nochg 192.0.2.1\n")
            #expect(try await api.auditedActions() == changes)
            let both = try await Self.update("hostname=home.a.example.&myip=192.0.2.2,2001:DB8::1", api)
            #expect(both.text == "good 192.0.2.2,2001:db8::1\n")
            #expect(try await Self.records(api) == ["home A 192.0.2.2 300", "home AAAA 2001:db8::1 60"])
            #expect(try await api.auditedActions() == changes + ["zone.dynamic_update"])
            // A family that is not named stays.
            #expect(try await Self.update("hostname=home.a.example&myip=2001:db8::2", api).text == "good 2001:db8::2\n")
            #expect(try await Self.records(api) == ["home A 192.0.2.2 300", "home AAAA 2001:db8::2 60"])
            let apart = "hostname=home.a.example&myip=192.0.2.3&myipv6=2001:db8::3"
            #expect(try await Self.update(apart, api).text == "good 192.0.2.3,2001:db8::3\n")
        }
    }

    @Test func `hosts of one zone are one change, and each gets its own answer`() async throws {
        try await TestAPI.run { api async throws in
            for name in ["a.example", "b.example"] {
                try await api.makeDomain(name)
            }
            _ = try await api.call(
                .post,
                "@/webhooks",
                #"{"url":"https://hook.example/"}"#
            )
            let record = #"{"name":"alias","type":"CNAME","content":"x.example"}"#
            #expect(try await api.call(.post, "@/zones/a.example/records", record).status == 201)
            for address in ["192.0.2.8", "192.0.2.9"] {
                let body = #"{"name":"two","type":"A","content":"\#(address)"}"#
                #expect(try await api.call(.post, "@/zones/a.example/records", body).status == 201)
            }
            let before = try await api.jobs().count
            let versions: PostgresQuery = "SELECT version FROM app.zone ORDER BY id"
            let start = try await api.pool.query(versions).map { try $0.decode(0, as: Int64.self) }
            let hosts = """
                a.example,alias.a.example,x.a.example,two.a.example,router,x.a.example,c.example,y.b.example,a..b
                """
            let answer = try await Self.update("hostname=\(hosts)&myip=192.0.2.1", api)
            #expect(
                answer.text == """
                    good 192.0.2.1
                    dnserr
                    good 192.0.2.1
                    dnserr
                    notfqdn
                    good 192.0.2.1
                    nohost
                    good 192.0.2.1
                    notfqdn

                    """
            )
            let end = try await api.pool.query(versions).map { try $0.decode(0, as: Int64.self) }
            #expect(zip(end, start).map { $0 - $1 } == [1, 1])
            // Each event has an identifier of its own, or receivers would drop one.
            let events = try await api.jobs().dropFirst(before)
            #expect(events.map(\.name) == ["zone_record.create", "zone_record.create", "zone_record.create"])
            let identifiers = events.compactMap { $0.body.firstMatch(of: #/"request_identifier":"([^"]+)"/#)?.output.1 }
            #expect(Set(identifiers).count == 3)
            // One request: its identifier leads to both changes.
            let requests = try await api.pool.query(
                "SELECT DISTINCT request_id::text FROM app.audit WHERE action = 'zone.dynamic_update'"
            )
            #expect(requests.count == 1)
        }
    }

    @Test func `a token may do here what it may do elsewhere`() async throws {
        try await TestAPI.run { api async throws in
            for name in ["a.example", "b.example"] {
                try await api.makeDomain(name)
            }
            let rules = ["home:A", "home:AAAA"].compactMap { RecordPolicy.Rule($0) }
            let router = try await Self.makeToken(api, TokenGrant(recordPolicy: RecordPolicy(rules: rules)))
            let mine = try await Self.update("hostname=home.a.example,www.a.example&myip=192.0.2.1", api, token: router)
            #expect(mine.text == "good 192.0.2.1\nnohost\n")
            let scope = try #require(TokenScope("zones:a.example:write"))
            let scoped = try await Self.makeToken(api, TokenGrant(scopes: [scope]))
            let some = try await Self.update("hostname=x.a.example,x.b.example&myip=192.0.2.1", api, token: scoped)
            #expect(some.text == "good 192.0.2.1\nnohost\n")
            let reader = try await api.readOnlyToken()
            #expect(try await Self.update("hostname=y.a.example&myip=192.0.2.1", api, token: reader).text == "nohost\n")
            let (_, other) = try await api.otherAccount()
            #expect(try await Self.update("hostname=y.a.example&myip=192.0.2.1", api, token: other).text == "nohost\n")
            let network = try #require(IPNetwork("198.51.100.0/24"))
            let distant = try await Self.makeToken(api, TokenGrant(networks: [network]))
            let foreign = try await Self.update("hostname=y.a.example&myip=192.0.2.1", api, token: distant)
            #expect(foreign.status == 403 && foreign.text == "badauth\n")
            #expect(try await Self.records(api) == ["home A 192.0.2.1 60", "x A 192.0.2.1 60"])
            let bearer = try await api.call(.get, "/nic/update?hostname=z.a.example&myip=192.0.2.1")
            #expect(bearer.text == "good 192.0.2.1\n")
        }
    }

    @Test func `faults are told in the protocol's words`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a.example")
            for token in ["", "wrong", TokenSecret().text.reveal()] {
                let answer = try await Self.update("hostname=x.a.example&myip=192.0.2.1", api, token: token)
                #expect(answer.status == 401)
                #expect(answer.text == "badauth\n")
                #expect(answer.headers[.wwwAuthenticate] == #"Basic realm="Zonewright""#)
                #expect(answer.headers[.contentLength] == "8")
                #expect(answer.headers[.rateLimitLimit] != nil)
            }
            let nobody = try await api.call(.get, "/nic/update?hostname=x.a.example", as: .none)
            #expect(nobody.status == 401 && nobody.text == "badauth\n")
            #expect(try await Self.update("", api).text == "notfqdn\n")
            #expect(try await Self.update("hostname=&myip=192.0.2.1", api).text == "notfqdn\n")
            let many = (1...21).map { "h\($0).a.example" }.joined(separator: ",")
            #expect(try await Self.update("hostname=\(many)&myip=192.0.2.1", api).text == "numhost\n")
            let two = try await Self.update("hostname=x.a.example&myip=192.0.2.1,192.0.2.2", api)
            #expect(two.text == "dnserr\n")
            // No socket, so that there is no client's address to take.
            #expect(try await Self.update("hostname=x.a.example&myip=none", api).text == "dnserr\n")
            let head = try await Self.update("hostname=x.a.example&myip=192.0.2.1", api, method: .head)
            #expect(head.status == 405)
            #expect(try await Self.update("hostname=x.a.example&myip=192.0.2.1", api, method: .put).status == 405)
            #expect(try await Self.records(api) == [])
        }
    }

    @Test func `a password or a session opens nothing here`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a.example")
            let hash = try PasswordHash(of: Secret("correct horse"), cost: TestAPI.passwordCost)
            let user = try await UserStore(pool: api.pool).create(email: "ann@example.com", passwordHash: hash.text)
            try await UserStore(pool: api.pool).join(user.id, account: api.account.id)
            let query = "hostname=x.a.example&myip=192.0.2.1"
            var basic = HTTPFields()
            basic[.authorization] = "Basic \(Data("ann@example.com:correct horse".utf8).base64EncodedString())"
            #expect(try await api.call(.get, "whoami", as: .none, headers: basic).status == 200)
            #expect(try await api.call(.get, "/nic/update?\(query)", as: .none, headers: basic).text == "badauth\n")
            let login = #"{"email":"ann@example.com","password":"correct horse"}"#
            let made = try await api.call(.post, "/x/v1/sessions", login, as: .none)
            let cookie = String(try #require(made.headers[.setCookie]).prefix { $0 != ";" })
            let session = try await api.call(.get, "/nic/update?\(query)", as: .none, headers: [.cookie: cookie])
            #expect(session.status == 401 && session.text == "badauth\n")
            let token = try await TokenStore(pool: api.pool).create(
                TokenDraft(name: "router", grant: .unlimited),
                owner: .user(user.id)
            )
            let own = try await Self.update(query, api, token: token.secret.text.reveal())
            #expect(own.text == "good 192.0.2.1\n")
        }
    }

    @Test func `without an address the client's is meant, and a form is taken`() async throws {
        try await TestAPI.run(.live) { api async throws in
            try await api.makeDomain("a.example")
            for address in ["", "&myip=", "&myip=%3Cipaddr%3E"] {
                let answer = try await Self.update("hostname=x.a.example\(address)", api)
                #expect(answer.text.hasSuffix(" 127.0.0.1\n"))
            }
            #expect(try await Self.records(api) == ["x A 127.0.0.1 60"])
            let form = "hostname=x.a.example%2Cy.a.example&myip=192.0.2.7"
            let posted = try await Self.update("", api, method: .post, body: form)
            #expect(posted.text == "good 192.0.2.7\ngood 192.0.2.7\n")
        }
    }

    @Test func `limits and a database that is away have words of their own`() async throws {
        let limits = RateLimiter.Limits(account: 3, address: 1_000)
        try await TestAPI.run(limits: limits) { api async throws in
            try await api.makeDomain("a.example")
            let query = "hostname=x.a.example&myip=192.0.2.1"
            #expect(try await Self.update(query, api).text == "good 192.0.2.1\n")
            #expect(try await Self.update(query, api).text == "nochg 192.0.2.1\n")
            let late = try await Self.update(query, api)
            #expect(late.status == 429 && late.text == "abuse\n")
            #expect(late.headers[.retryAfter] != nil)
        }
        try await TestAPI.run { api async throws in
            api.pool.close()
            let gone = try await Self.update("hostname=x.a.example&myip=192.0.2.1", api)
            #expect(gone.status == 503 && gone.text == "911\n")
            #expect(gone.headers[.retryAfter] == "5")
        }
    }
}
