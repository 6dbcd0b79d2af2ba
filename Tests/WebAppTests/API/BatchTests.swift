// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Testing

@testable import WebApp

@Suite struct BatchTests {
    private static let path = "@/zones/example.com/batch"

    private func makeRecord(_ api: TestAPI, _ name: String) async throws -> Int64 {
        let answer = try await api.call(
            .post,
            "@/zones/example.com/records",
            #"{"name":"\#(name)","type":"A","content":"192.0.2.1"}"#
        )
        return try #require(answer.id)
    }

    private func record(_ name: String, _ content: String, ttl: Int = 3_600) -> String {
        """
        {"id":#,"zone_id":"example.com","parent_id":null,"name":"\(name)","content":"\(content)","ttl":\(ttl),\
        "priority":null,"type":"A","regions":["global"],"system_record":false,"created_at":"T","updated_at":"T"}
        """
    }

    @Test func `a batch deletes, updates and creates at once`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let old = try await self.makeRecord(api, "old")
            let kept = try await self.makeRecord(api, "kept")
            let answer = try await api.call(
                .post,
                Self.path,
                """
                {"creates":[{"name":"new","type":"A","content":"192.0.2.7"},\
                {"name":"old","type":"A","content":"192.0.2.1","ttl":60}],\
                "updates":[{"id":\(kept),"content":"192.0.2.8","type":"A"}],"deletes":[{"id":\(old)}]}
                """
            )
            #expect(answer.status == 200)
            #expect(
                answer.normalized == """
                    {"data":{"creates":[\(self.record("new", "192.0.2.7")),\(self.record("old", "192.0.2.1", ttl: 60))],\
                    "updates":[\(self.record("kept", "192.0.2.8"))],"deletes":[{"id":#}]}}
                    """
            )
            #expect(answer.ids.suffix(2) == [kept, old])
            #expect(try await api.call(.get, "@/zones/example.com/records/\(old)").status == 404)
        }
    }

    @Test(arguments: ["{}", #"{"creates":[],"updates":null}"#, ""])
    func `a batch of nothing does nothing`(body: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.post, Self.path, body)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"data":{"creates":[],"updates":[],"deletes":[]}}"#)
        }
    }

    @Test(arguments: [
        (
            #"{"creates":[{"name":"a","type":"SPF9","content":"x"}]}"#,
            #"{"creates":[{"index":0,"message":"Validation failed","errors":{"record_type":["unsupported"]}}]}"#
        ),
        (
            #"{"updates":[{"id":99999999,"content":"x"}]}"#,
            #"{"updates":[{"index":0,"message":"Record not found ID=99999999"}]}"#
        ),
        (#"{"deletes":[{"id":99999999}]}"#, #"{"deletes":[{"index":0,"message":"Record not found ID=99999999"}]}"#),
        (
            #"{"creates":[{"name":"a","type":"A","content":"192.0.2.1"},7,{"ttl":"x"}]}"#,
            #"{"creates":[{"index":1,"message":"Validation failed","errors":{"base":["must be an object"]}},"#
                + #"{"index":2,"message":"Validation failed","errors":{"ttl":["is not a number"]}}]}"#
        ),
        (
            #"{"updates":[{}],"deletes":[{"id":"1"}]}"#,
            #"{"updates":[{"index":0,"message":"Validation failed","errors":{"id":["can't be blank"]}}],"#
                + #""deletes":[{"index":0,"message":"Validation failed","errors":{"id":["is not a number"]}}]}"#
        ),
        (#"{"creates":{},"deletes":1}"#, #"{"creates":["must be an array"],"deletes":["must be an array"]}"#),
    ])
    func `a failing item is named by list and index, and nothing is changed`(
        body: String,
        errors: String
    ) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let before = try await api.call(.get, "@/zones/example.com/records")
            let answer = try await api.call(.post, Self.path, body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":\#(errors)}"#)
            #expect(try await api.call(.get, "@/zones/example.com/records").text == before.text)
        }
    }

    @Test func `one failing item undoes the rest`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let id = try await self.makeRecord(api, "a")
            let before = try await api.call(.get, "@/zones/example.com/records")
            let answer = try await api.call(
                .post,
                Self.path,
                """
                {"deletes":[{"id":\(id)}],"creates":[{"name":"b","type":"A","content":"192.0.2.1"},\
                {"name":"b","type":"CNAME","content":"c.example"}]}
                """
            )
            #expect(answer.status == 400)
            #expect(answer.text.contains(#""creates":[{"index":1,"message":"Validation failed""#))
            #expect(try await api.call(.get, "@/zones/example.com/records").text == before.text)
        }
    }
}
