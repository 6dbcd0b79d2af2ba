// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Postgres
import Testing

@testable import WebApp

@Suite struct EnvelopeTests {
    @Test(arguments: [
        "/", "/v2", "/v2/nothing", "/v1/whoami", "/v2/@", "/v2/@/nothing", "/v2/@/zones/a/nothing", "/x/v1",
    ])
    func `an unknown route is not found, with or without a token`(path: String) async throws {
        try await TestAPI.run { api async throws in
            for credentials in [TestAPI.Credentials.own, .none] {
                let answer = try await api.call(.get, path, as: credentials)
                #expect(answer.status == 404)
                #expect(answer.text == #"{"message":"Not Found"}"#)
                #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
            }
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, "whoami", "GET, HEAD"),
        (.put, "@/zones/example.com", "GET, HEAD"),
        (.get, "@/zones/example.com/activation", "DELETE, PUT"),
        (.put, "@/zones/example.com/records/1", "DELETE, GET, HEAD, PATCH"),
        (.options, "@/domains", "GET, HEAD, POST"),
        (.get, "@/zones/example.com/batch", "POST"),
        (.get, "/x/v1/@/zones/example.com/import", "POST"),
    ])
    func `a known path without the method says which it has`(
        method: HTTPRequest.Method,
        path: String,
        allow: String
    ) async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(method, path)
            #expect(answer.status == 405)
            #expect(answer.headers[.allow] == allow)
            #expect(answer.text.isEmpty)
            #expect(answer.headers[.rateLimitLimit] != nil)
        }
    }

    @Test func `a method nobody knows is not allowed either`() async throws {
        try await TestAPI.run { api async throws in
            let method = try #require(HTTPRequest.Method("BREW"))
            let answer = try await api.call(method, "@/domains")
            #expect(answer.status == 405)
            #expect(answer.headers[.allow] == "GET, HEAD, POST")
            #expect(try await api.call(method, "nothing").status == 404)
        }
    }

    @Test func `HEAD answers like GET, without the body`() async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.head, "whoami")
            #expect(answer.status == 200)
            #expect(answer.text.isEmpty)
        }
    }

    @Test func `a trailing slash changes nothing`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            for path in [
                "whoami/", "@/zones/?per_page=100", "@/zones/example.com/", "@/zones/example.com/records/?name=",
            ] {
                #expect(try await api.call(.get, path).status == 200, "\(path)")
            }
            #expect(try await api.call(.get, "@/zones/?per_page=100").text.contains(#""pagination":{"#))
        }
    }

    @Test func `every answer has an id, rate limit fields and the security fields`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answers = [
                try await api.call(.get, "whoami"),
                try await api.call(.get, "whoami", as: .none),
                try await api.call(.get, "nothing"),
                try await api.call(.delete, "whoami"),
                try await api.call(.post, "@/domains", "{"),
                try await api.call(.delete, "@/domains/example.com"),
            ]
            #expect(answers.map(\.status) == [200, 401, 404, 405, 400, 204])
            for answer in answers {
                #expect(
                    answer.headers[.requestID]?.wholeMatch(of: #/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/#) != nil
                )
                for field in [HTTPField.Name.rateLimitLimit, .rateLimitRemaining, .rateLimitReset] {
                    #expect(answer.headers[field].flatMap { Int($0) } != nil)
                }
                #expect(answer.headers[.cacheControl] == "max-age=0, private, must-revalidate")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            }
            #expect(Set(answers.map { $0.headers[.requestID] }).count == answers.count)
        }
    }

    @Test func `the client's request id is not taken over`() async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.get, "whoami", headers: [.requestID: "mine"])
            #expect(answer.headers[.requestID] != "mine")
        }
    }

    @Test func `tokens of one account draw on one window`() async throws {
        let time = ManualClock()
        try await TestAPI.run(limits: .init(account: 2, address: 1), clock: time.clock) { api async throws in
            let first = try await api.call(.get, "whoami")
            #expect(first.headers[.rateLimitLimit] == "2")
            #expect(first.headers[.rateLimitRemaining] == "1")
            #expect(first.headers[.rateLimitReset] == String(time.clock.now + 3_600))
            time.advance(by: 600)
            #expect(try await api.call(.get, "nothing").headers[.rateLimitRemaining] == "0")
            let refused = try await api.call(.get, "whoami")
            #expect(refused.status == 429)
            #expect(refused.text == #"{"message":"quota exceeded"}"#)
            #expect(refused.headers[.retryAfter] == "3000")
            #expect(refused.headers[.rateLimitRemaining] == "0")
            time.advance(by: 3_000)
            #expect(try await api.call(.get, "whoami").status == 200)
        }
    }

    @Test func `requests without a valid token are counted by address`() async throws {
        try await TestAPI.run(limits: .init(account: 10, address: 2)) { api async throws in
            #expect(try await api.call(.get, "whoami", as: .none).status == 401)
            #expect(try await api.call(.get, "whoami", as: .token("wrong")).status == 401)
            #expect(try await api.call(.get, "whoami", as: .none).status == 429)
            #expect(try await api.call(.get, "whoami").status == 200)
        }
    }

    @Test func `with the database away the answer is 503 and says when to come back`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            api.pool.close()
            for path in ["@/zones", "@/zones/example.com/records"] {
                let answer = try await api.call(.get, path)
                #expect(answer.status == 503)
                #expect(answer.text == #"{"message":"The service is temporarily unavailable"}"#)
                #expect(answer.headers[.retryAfter] == "5")
                #expect(answer.headers[.rateLimitLimit] != nil)
            }
        }
    }
}
