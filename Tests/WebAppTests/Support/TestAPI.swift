// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import Postgres
import TestSupport

@testable import WebApp

/// The whole API over an empty database, asked without a socket unless a test needs one.
struct TestAPI: Sendable {
    let client: any TestClientProtocol
    let pool: PostgresPool
    /// The database itself, for what the web service has no right to see.
    let database: TestDatabase
    /// The account that requests are made for.
    let account: Account
    /// A token of `account` with full access; used where a request names no other.
    let token: String
    /// Every route, as its method and its path with the parameters in braces.
    let routes: [(method: HTTPRequest.Method, path: String)]

    /// Passwords of tests cost next to nothing.
    static let passwordCost = PasswordHash.Cost(logarithm: 4) ?? .standard

    /// An answer, with the parts that tests look at.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let text: String

        /// The body with every number of an `id` and every time replaced, so that it can be compared as a text.
        var normalized: String {
            self.text
                .replacing(#/"(id|account_id)":\d+/#) { "\"\($0.output.1)\":#" }
                .replacing(#/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/#, with: "\"T\"")
        }

        /// The first `"id":` of the body.
        var id: Int64? {
            self.text.firstMatch(of: #/"id":(\d+)/#).flatMap { Int64($0.output.1) }
        }

        /// Every `"id":` of the body.
        var ids: [Int64] {
            self.text.matches(of: #/"id":(\d+)/#).compactMap { Int64($0.output.1) }
        }
    }

    /// Runs `body` against an API whose limits are high unless given.
    static func run<Value: Sendable>(
        _ setup: TestingSetup = .router,
        limits: RateLimiter.Limits = .init(account: 1_000_000, address: 1_000_000),
        clock: UnixClock = .system,
        policy: ZonePolicy = .example,
        flags: FlagReader = FlagReader(),
        _ body: @Sendable (TestAPI) async throws -> Value
    ) async throws -> Value {
        try await DatabaseShelf.shared.withDatabase { database in
            let pool = try database.pool(.web)
            defer { pool.close() }
            return try await Self.run(setup, limits, clock, policy, flags, on: pool, of: database, body)
        }
    }

    private static func run<Value: Sendable>(
        _ setup: TestingSetup,
        _ limits: RateLimiter.Limits,
        _ clock: UnixClock,
        _ policy: ZonePolicy,
        _ flags: FlagReader,
        on pool: PostgresPool,
        of database: TestDatabase,
        _ body: @Sendable (TestAPI) async throws -> Value
    ) async throws -> Value {
        let account = try await AccountStore(pool: pool).create(email: "owner@example.com", name: "Example")
        let token = try await TokenStore(pool: pool).create(account: account.id, name: "test")
        let router = APIRouter(
            services: APIServices(
                pool: pool,
                policy: policy,
                notifier: ChangeNotifier(pool: pool, logger: Logger(label: "tests")),
                identity: IdentityServices(
                    pool: pool,
                    worker: PasswordWorker(cost: Self.passwordCost),
                    sealingKey: SealingKey(hexadecimal: String(repeating: "5a", count: 32)),
                    clock: clock
                )
            ),
            authenticator: TokenAuthenticator(tokens: TokenStore(pool: pool), clock: clock),
            limiter: RateLimiter(limits: limits),
            flags: flags,
            clock: clock
        )
        let routes = router.router().routes.map { (method: $0.method, path: $0.path.description) }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            logger: Logger(label: "tests")
        )
        return try await application.test(setup) { client in
            let text = token.secret.text.reveal()
            return try await body(
                TestAPI(
                    client: client,
                    pool: pool,
                    database: database,
                    account: account,
                    token: text,
                    routes: routes
                )
            )
        }
    }

    /// The token a request carries.
    enum Credentials {
        case own
        case none
        case token(String)
    }

    /// Makes a request. `path` is below `/v2` unless it starts with a slash; `@` in it stands for the account's id.
    func call(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        as credentials: Credentials = .own,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await self.call(method, path, bytes: body.map { Array($0.utf8) }, as: credentials, headers: headers)
    }

    /// Makes a request with a body of any bytes.
    func call(
        _ method: HTTPRequest.Method,
        _ path: String,
        bytes: [UInt8]?,
        as credentials: Credentials = .own,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        switch credentials {
        case .own: headers[.authorization] = "Bearer \(self.token)"
        case .none: break
        case .token(let token): headers[.authorization] = "Bearer \(token)"
        }
        let path = path.replacing("@", with: String(self.account.id))
        let response = try await self.client.execute(
            uri: path.hasPrefix("/") ? path : "/v2/\(path)",
            method: method,
            headers: headers,
            body: bytes.map { ByteBuffer(bytes: $0) }
        )
        return Answer(
            status: response.status.code,
            headers: response.headers,
            text: String(buffer: response.body)
        )
    }

    /// Another account with a token of its own.
    func otherAccount() async throws -> (account: Account, token: String) {
        let account = try await AccountStore(pool: self.pool).create(email: "other@example.com", name: "Other")
        let token = try await TokenStore(pool: self.pool).create(account: account.id, name: "test")
        return (account, token.secret.text.reveal())
    }

    /// A domain, and with it a zone, of the account.
    @discardableResult
    func makeDomain(_ name: String) async throws -> Answer {
        try await self.call(.post, "@/domains", #"{"name":"\#(name)"}"#)
    }
}
