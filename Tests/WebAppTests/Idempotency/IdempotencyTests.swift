// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import Postgres
import Synchronization
import Testing

@testable import WebApp

@Suite struct IdempotencyTests {
    private static let records = "@/zones/example.com/records"

    private static func body(_ name: String) -> String {
        #"{"name":"\#(name)","type":"A","content":"192.0.2.1"}"#
    }

    private static func count(_ table: PostgresQuery, _ api: TestAPI) async throws -> Int {
        try #require(try await api.pool.query("SELECT count(*)::integer FROM \(table)").first).decode(0)
    }

    private static func post(_ api: TestAPI, _ key: String, _ name: String = "a") async throws -> TestAPI.Answer {
        try await api.call(.post, Self.records, Self.body(name), headers: [.idempotencyKey: key])
    }

    @Test func `the same request gets the first answer again and changes nothing`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let first = try await Self.post(api, "one")
            let before = try await Self.count("app.audit", api)
            let second = try await Self.post(api, "one")
            #expect(first.status == 201)
            #expect(first.headers[.idempotencyReplayed] == nil)
            #expect(second.status == 201)
            #expect(second.text == first.text)
            #expect(second.headers[.idempotencyReplayed] == "true")
            #expect(second.headers[.contentType] == first.headers[.contentType])
            #expect(second.headers[.rateLimitRemaining] != nil)
            #expect(try await Self.count("app.audit", api) == before)
            // Without the key, or with another one, it is another request.
            #expect(try await api.call(.post, Self.records, Self.body("a")).status == 400)
            #expect(try await Self.post(api, "two").status == 400)
        }
    }

    @Test func `refusals are answered again, too`() async throws {
        try await TestAPI.run { api async throws in
            let first = try await Self.post(api, "one")
            #expect(first.status == 404)
            try await api.makeDomain("example.com")
            let second = try await Self.post(api, "one")
            #expect(second.status == 404)
            #expect(second.text == first.text)
        }
    }

    @Test func `another request with the key is refused`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            #expect(try await Self.post(api, "one", "a").status == 201)
            let other = try await Self.post(api, "one", "b")
            #expect(other.status == 422)
            #expect(other.text == #"{"message":"This Idempotency-Key was used for another request"}"#)
            let elsewhere = try await api.call(
                .post,
                "@/zones/example.com/batch",
                Self.body("a"),
                headers: [.idempotencyKey: "one"]
            )
            #expect(elsewhere.status == 422)
        }
    }

    @Test func `keys belong to tokens`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            #expect(try await Self.post(api, "one").status == 201)
            let other = try await api.otherAccount()
            let headers: HTTPFields = [.idempotencyKey: "one"]
            let answer = try await api.call(
                .post,
                Self.records,
                Self.body("a"),
                as: .token(other.token),
                headers: headers
            )
            #expect(answer.status == 404)
            // Nobody leaves rows behind without a valid token.
            let rows = try await Self.count("app.idempotency_key", api)
            let stranger = try await api.call(.post, Self.records, Self.body("a"), as: .none, headers: headers)
            #expect(stranger.status == 401)
            #expect(try await Self.count("app.idempotency_key", api) == rows)
        }
    }

    @Test func `of one request sent many times at once one is carried out`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answers = try await withThrowingTaskGroup(of: TestAPI.Answer.self) { group in
                for _ in 0..<20 { group.addTask { try await Self.post(api, "one") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.status)).isSubset(of: [201, 409]))
            #expect(answers.contains { $0.status == 201 })
            #expect(answers.filter { $0.status == 409 }.allSatisfy { $0.headers[.retryAfter] == "1" })
            #expect(try await Self.count("app.record WHERE type = 'A'", api) == 1)
            #expect(try await Self.post(api, "one").status == 201)
        }
    }

    @Test(arguments: ["", "with space", "ümlaut", String(repeating: "x", count: 256)])
    func `a key that is none is refused`(key: String) async throws {
        try await TestAPI.run { api async throws in
            #expect(try await Self.post(api, key).status == 400)
            #expect(try await Self.count("app.idempotency_key", api) == 0)
        }
    }

    @Test func `other methods have no use for it`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let headers: HTTPFields = [.idempotencyKey: "one"]
            #expect(try await api.call(.get, "@/zones", headers: headers).status == 200)
            #expect(try await api.call(.delete, "@/domains/example.com", headers: headers).status == 204)
            #expect(try await Self.count("app.idempotency_key", api) == 0)
        }
    }

    @Test func `what is kept cannot be read without the token`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await Self.post(api, "one")
            let rows = try await api.pool.query("SELECT answer, executed, status FROM app.idempotency_key")
            let sealed: [UInt8] = try #require(rows.first).decode(0)
            #expect(try rows[0].decode(1) == true)
            #expect(try rows[0].decode(2) == Int32(201))
            #expect(!String(decoding: sealed, as: UTF8.self).contains("192.0.2.1"))
            let opened = try IdempotencySeal(token: api.token, key: "one").open(sealed)
            #expect(String(decoding: opened, as: UTF8.self) == answer.text)
            for (token, key) in [(api.token, "two"), (api.token + "x", "one")] {
                #expect(throws: (any Error).self) { try IdempotencySeal(token: token, key: key).open(sealed) }
            }
        }
    }

    @Test func `a key is free again after a day`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            #expect(try await Self.post(api, "one", "a").status == 201)
            try await api.pool.execute("UPDATE app.idempotency_key SET created_at = now() - interval '25 hours'")
            let answer = try await Self.post(api, "one", "b")
            #expect(answer.status == 201)
            #expect(answer.headers[.idempotencyReplayed] == nil)
        }
    }

    /// As after a crash between the commit and the answer.
    @Test func `a change whose answer was lost is not made again`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            #expect(try await Self.post(api, "one").status == 201)
            try await api.pool.execute("UPDATE app.idempotency_key SET status = NULL, answer = NULL")
            let soon = try await Self.post(api, "one")
            #expect(soon.status == 409)
            #expect(soon.headers[.retryAfter] == "1")
            try await api.pool.execute("UPDATE app.idempotency_key SET created_at = now() - interval '2 minutes'")
            let later = try await Self.post(api, "one")
            #expect(later.status == 409)
            #expect(later.text.contains("was carried out"))
            #expect(try await Self.count("app.record WHERE type = 'A'", api) == 1)
        }
    }

    /// As after a crash before the commit; and the first attempt is not dead after all.
    @Test func `an attempt that lost its key cannot commit`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let store = IdempotencyStore(pool: api.pool)
            let seal = IdempotencySeal(token: api.token, key: "one")
            let target = "/v2/\(api.account.id)/zones/example.com/records"
            let body = Self.body("a")
            let standing = try await store.reserve(
                "one",
                scope: seal.scope,
                fingerprint: IdempotencySeal.fingerprint(method: "POST", target: target, body: Array(body.utf8)),
                requestID: RequestIdentifier()
            )
            guard case .reserved(let reservation) = standing else {
                Issue.record("\(standing)")
                return
            }
            #expect(try await Self.post(api, "one").status == 409)
            try await api.pool.execute("UPDATE app.idempotency_key SET created_at = now() - interval '2 minutes'")
            #expect(try await Self.post(api, "one").status == 201)

            let services = APIServices(
                pool: api.pool,
                policy: .example,
                notifier: ChangeNotifier(pool: api.pool, logger: .init(label: "tests"))
            )
            var context = ChangeContext(actor: .account(id: api.account.id, email: api.account.email))
            context.reservation = reservation
            await #expect(throws: StaleReservation.self) {
                try await services.editor.createRecord(
                    account: api.account,
                    zone: .name("example.com"),
                    RecordInput(name: "late", type: "A", content: "192.0.2.9"),
                    context: context
                )
            }
            #expect(try await Self.count("app.record WHERE name = 'late'", api) == 0)
        }
    }

    @Test func `a fault of ours frees the key`() async throws {
        try await TestAPI.run { api async throws in
            let calls = Atomic(0)
            let router = Router(context: APIRequestContext.self)
            router.add(
                middleware: AdmissionMiddleware(
                    finder: CallerFinder(
                        authenticator: TokenAuthenticator(tokens: TokenStore(pool: api.pool)),
                        identity: IdentityServices(pool: api.pool)
                    ),
                    limiter: RateLimiter(limits: .init()),
                    proxies: .none,
                    clock: .system
                )
            )
            router.add(middleware: IdempotencyMiddleware(store: IdempotencyStore(pool: api.pool)))
            router.add(middleware: ErrorMiddleware())
            router.post("work") { _, _ in
                guard calls.add(1, ordering: .relaxed).newValue > 1 else { throw PoolError.timeout }
                return "done"
            }
            let headers: HTTPFields = [.authorization: "Bearer \(api.token)", .idempotencyKey: "one"]
            try await Application(router: router, logger: Logger(label: "tests")).test(.router) { client in
                for status in [503, 200, 200] as [Int] {
                    let answer = try await client.execute(uri: "/work", method: .post, headers: headers)
                    #expect(answer.status.code == status)
                }
            }
            #expect(calls.load(ordering: .relaxed) == 2)
        }
    }
}
