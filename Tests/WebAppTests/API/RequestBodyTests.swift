// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import WebApp

@Suite struct RequestBodyTests {
    @Test(arguments: [
        ("{", "Malformed JSON at line 1, column 2: the text ends too early"),
        ("nonsense", "Malformed JSON at line 1, column 2: unexpected character"),
        (#"{"type":"A","type":"B"}"#, #"Malformed JSON at line 1, column 13: duplicate key "type""#),
        (#"{"name":"a\u0000"}"#, "Malformed JSON at line 1, column 11: NUL is not allowed in a string"),
        ("[]", "The request body must be a JSON object"),
        ("null", "The request body must be a JSON object"),
        ("\"x\"", "The request body must be a JSON object"),
    ])
    func `a body that is no JSON object is refused with a reason`(body: String, message: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            for path in ["@/zones/example.com/records", "@/domains", "@/zones/example.com/batch"] {
                let answer = try await api.call(.post, path, body)
                #expect(answer.status == 400)
                let escaped = message.replacing("\"", with: "\\\"")
                #expect(answer.text == "{\"message\":\"\(escaped)\"}")
            }
        }
    }

    @Test func `bad UTF-8 and deep nesting are refused`() async throws {
        try await TestAPI.run { api async throws in
            let text = Array(#"{"name":"x.example"}"#.utf8)
            let broken = text.map { $0 == UInt8(ascii: "x") ? 0xFF : $0 }
            #expect(try await api.call(.post, "@/domains", bytes: broken).status == 400)
            let deep = String(repeating: #"{"a":"#, count: 50_000)
            let answer = try await api.call(.post, "@/domains", deep)
            #expect(answer.status == 400)
            #expect(answer.text.contains("more than 32 levels deep"))
        }
    }

    @Test func `wrong types are named by field`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let body = #"{"name":1,"type":[],"content":{},"ttl":"soon","priority":1.5,"regions":"global"}"#
            let answer = try await api.call(.post, "@/zones/example.com/records", body)
            #expect(answer.status == 400)
            #expect(
                answer.text == """
                    {"message":"Validation failed","errors":{"name":["must be a string"],"type":["must be a string"],\
                    "content":["must be a string"],"ttl":["is not a number"],"priority":["must be an integer"],\
                    "regions":["must be an array"]}}
                    """
            )
            let large = try await api.call(
                .post,
                "@/zones/example.com/records",
                #"{"name":"a","type":"A","content":"192.0.2.1","ttl":1e40,"regions":[1]}"#
            )
            #expect(large.status == 400)
            #expect(large.text.contains(#""ttl":["is out of range"],"regions":["must be an array of strings"]"#))
            let domain = try await api.call(.post, "@/domains", #"{"name":{}}"#)
            #expect(domain.text == #"{"message":"Validation failed","errors":{"name":["must be a string"]}}"#)
        }
    }

    @Test func `a body that breaks off is the client's fault`() async {
        struct Broken: Error {}
        let body = AsyncThrowingStream<ByteBuffer, any Error> { continuation in
            continuation.yield(ByteBuffer(string: "{\"name\":"))
            continuation.finish(throwing: Broken())
        }
        let request = Request(
            head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/"),
            body: RequestBody(asyncSequence: body)
        )
        await #expect {
            try await request.jsonObject()
        } throws: { error in
            (error as? APIError)?.status == .badRequest
        }
    }

    @Test func `content type and accept do not matter`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            for (index, type) in ["text/plain", "application/x-www-form-urlencoded", "nonsense"].enumerated() {
                let answer = try await api.call(
                    .post,
                    "@/zones/example.com/records",
                    #"{"name":"a\#(index)","type":"A","content":"192.0.2.1"}"#,
                    headers: [.contentType: type, .accept: "text/html"]
                )
                #expect(answer.status == 201)
                #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
            }
        }
    }

    @Test func `bodies of GET and DELETE are ignored`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            #expect(try await api.call(.get, "whoami", "{}").status == 200)
            #expect(try await api.call(.get, "@/zones/example.com/records", "not json").status == 200)
            #expect(try await api.call(.delete, "@/domains/example.com", "{\"x\":").status == 204)
        }
    }

    @Test func `a body over the limit is refused`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let large = [UInt8](repeating: UInt8(ascii: " "), count: Request.jsonBodyLimit + 1)
            let answer = try await api.call(.post, "@/zones/example.com/records", bytes: large)
            #expect(answer.status == 413)
            #expect(answer.text == #"{"message":"The request body is larger than 1048576 bytes"}"#)
            let importAnswer = try await api.call(
                .post,
                "/x/v1/@/zones/example.com/import",
                bytes: [UInt8](repeating: UInt8(ascii: "\n"), count: Request.importBodyLimit + 1)
            )
            #expect(importAnswer.status == 413)
        }
    }
}
