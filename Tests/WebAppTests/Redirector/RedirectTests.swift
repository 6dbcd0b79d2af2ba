// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import WebApp

@Suite struct RedirectTests {
    @Test(arguments: [
        ("https://example.net", "/", "https://example.net/"),
        ("https://example.net/", "/", "https://example.net/"),
        ("https://example.net", "/a/b?c=d", "https://example.net/a/b?c=d"),
        ("https://example.net/", "/a", "https://example.net/a"),
        ("https://example.net/shop", "/", "https://example.net/shop"),
        ("https://example.net/shop/", "/a", "https://example.net/shop/a"),
        ("https://example.net/shop?x=1", "/a?y=2", "https://example.net/shop/a?x=1&y=2"),
        ("https://example.net/shop#part", "/?y=2", "https://example.net/shop?y=2#part"),
        ("https://example.net?x=1", "/", "https://example.net/?x=1"),
        // Nothing in a request leads to another host.
        ("https://example.net", "//evil.example/", "https://example.net//evil.example/"),
        ("https://example.net", "/@evil.example", "https://example.net/@evil.example"),
        ("https://example.net", "/\\evil.example", "https://example.net/\\evil.example"),
    ])
    func `the path and the query are kept`(url: String, request: String, location: String) {
        #expect(RedirectTarget.location(url: url, request: request) == location)
    }

    @Test(arguments: [
        "", "*", "http://evil.example/", "evil.example:443", ".evil.example", "@evil.example", "/a b", "/ä",
    ])
    func `other forms of targets are refused`(request: String) {
        #expect(RedirectTarget.location(url: "https://example.net", request: request) == nil)
    }

    @Test(
        arguments: [
            ("Example.COM", "example.com"), ("example.com:8080", "example.com"), ("example.com.", "example.com"),
            ("a_b.example.com.:80", "a_b.example.com"), ("192.0.2.1", nil), ("[2001:db8::1]:80", nil), ("", nil),
            ("a b", nil), ("example.com:x", nil), ("exa*mple.com", nil), (String(repeating: "a", count: 254), nil),
        ] as [(String, String?)]
    )
    func `hosts are normalised`(field: String, host: String?) {
        #expect(RedirectTarget.host(field) == host)
    }

    @Test func `the cache is bounded, and what is too old goes first`() {
        let cache = RedirectCache(limit: 3, lifetime: .seconds(5))
        let now = ContinuousClock.now
        cache.remember("old", "x", now: now - .seconds(10))
        for name in ["a", "b", "c"] { cache.remember(name, nil, now: now) }
        #expect(cache.count == 3 && cache.find("old") == nil)
        cache.remember("d", "x", now: now)
        #expect(cache.count == 3 && cache.find("d")?.url == "x")
    }

    @Test func `requests are redirected, and all else is refused`() async throws {
        let asked = Mutex<[String]>([])
        let isAway = Mutex(false)
        let responder = RedirectResponder(
            find: { host in
                asked.withLock { $0.append(host) }
                if isAway.withLock(\.self) { throw PoolError.closed }
                return host == "old.example" ? "https://new.example/x" : nil
            },
            cache: RedirectCache(lifetime: .seconds(3_600)),
            logger: Logger(label: "tests")
        )
        let context = BasicRequestContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "tests"))
        )
        func send(_ method: HTTPRequest.Method, _ path: String, host: String = "Old.example:80") async throws
            -> Response
        {
            let head = HTTPRequest(method: method, scheme: "http", authority: host, path: path)
            return try await responder.respond(
                to: Request(head: head, body: RequestBody(buffer: ByteBuffer())),
                context: context
            )
        }
        let moved = try await send(.get, "/a?b=c")
        #expect(moved.status == .movedPermanently)
        #expect(moved.headers[.location] == "https://new.example/x/a?b=c")
        #expect(moved.headers[.cacheControl] == "max-age=300")
        let head = try await send(.head, "/")
        #expect(head.status == .movedPermanently && head.body.contentLength == 0 && head.headers[.contentLength] != "0")
        #expect(asked.withLock(\.self) == ["old.example"])
        #expect(try await send(.post, "/").status == .methodNotAllowed)
        #expect(try await send(.get, "/", host: "other.example").status == .notFound)
        #expect(try await send(.get, "/", host: "192.0.2.1").status == .badRequest)
        isAway.withLock { $0 = true }
        #expect(try await send(.get, "/").status == .movedPermanently)
        #expect(try await send(.get, "/", host: "third.example").status == .serviceUnavailable)
    }

    @Test func `records are found at their names and below wildcards`() async throws {
        let database = try await TestDatabase.make()
        let superuser = try database.pool(.superuser)
        try await superuser.execute("INSERT INTO app.account (id, email, name) VALUES (1, 'a@example.com', 'A')")
        try await superuser.execute(
            """
            INSERT INTO app.zone (id, account_id, name, active) VALUES
                (1, 1, 'example.com', true), (2, 1, 'sub.example.com', true), (3, 1, 'off.example', false)
            """
        )
        try await superuser.execute(
            """
            INSERT INTO app.record (zone_id, name, type, content, ttl, rdata) VALUES
                (1, '', 'URL', 'https://apex.example', 60, 'a'), (1, '', 'TXT', 'x', 60, 'b'),
                (1, '*', 'URL', 'https://any.example', 60, 'c'), (1, 'www', 'A', '192.0.2.1', 60, 'd'),
                (1, '*.deep', 'URL', 'https://deep.example', 60, 'e'), (3, '', 'URL', 'https://off.example', 60, 'f')
            """
        )
        let store = RedirectStore(pool: try database.pool(.web))
        let expected: [(String, String?)] = [
            ("example.com", "https://apex.example"), ("x.example.com", "https://any.example"),
            ("x.y.example.com", "https://any.example"), ("x.deep.example.com", "https://deep.example"),
            ("www.example.com", nil), ("sub.example.com", nil), ("x.sub.example.com", nil), ("off.example", nil),
            ("example.net", nil), ("com", nil),
        ]
        for (host, url) in expected { #expect(try await store.target(host: host) == url, "\(host)") }
        let operating = RedirectStore(pool: superuser)
        #expect(try await operating.publish() == 1)

        // Of the three, one has addresses; nothing is said before the zone is published.
        #expect(try await operating.unanswered() == 0)
        try await superuser.execute(
            """
            INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
            VALUES (1, 'example.com.', 1, 1, true, 1, decode(repeat('00', 32), 'hex'), 1)
            """
        )
        try await superuser.execute(
            """
            INSERT INTO distribution.rrset (zone_id, owner, type, rr_count, hash, body)
            VALUES (1, '*.deep.example.com.', 1, 1, decode(repeat('00', 32), 'hex'), '')
            """
        )
        #expect(try await operating.unanswered() == 0)
        try await superuser.execute("DELETE FROM distribution.outbox")
        #expect(try await operating.unanswered() == 2)
    }
}
