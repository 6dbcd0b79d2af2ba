// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Postgres
import Testing

@testable import WebApp

@Suite struct PresignedZoneTests {
    @Test func `records of a zone that was signed elsewhere are shown and cannot be changed`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let made = try await api.call(
                .post,
                "@/zones/example.com/records",
                #"{"name":"www","type":"A","content":"192.0.2.1"}"#
            )
            let id = try #require(made.id)
            let zone = try await api.call(.get, "@/zones/example.com")
            try await api.pool.execute("UPDATE app.zone SET presigned_at = now()")
            let attempts: [(HTTPRequest.Method, String, String?)] = [
                (.post, "@/zones/example.com/records", #"{"name":"a","type":"A","content":"192.0.2.1"}"#),
                (.patch, "@/zones/example.com/records/\(id)", #"{"ttl":60}"#),
                (.delete, "@/zones/example.com/records/\(id)", nil),
                (.post, "@/zones/example.com/batch", #"{"deletes":[{"id":\#(id)}]}"#),
                (.post, "/x/v1/@/zones/example.com/import", "a 60 IN A 192.0.2.1\n"),
            ]
            for (method, path, body) in attempts {
                let answer = try await api.call(method, path, body)
                #expect(answer.status == 400, "\(method) \(path)")
                let text = """
                    {"message":"Validation failed","errors":{"base":\
                    ["The zone was signed elsewhere, so that its records cannot be changed here"]}}
                    """
                #expect(answer.text == text)
            }
            #expect(try await api.call(.get, "@/zones/example.com/records/\(id)").text.contains("192.0.2.1"))
            // The format of a zone is the API's, which knows no such zones.
            #expect(try await api.call(.get, "@/zones/example.com").text == zone.text)
            #expect(try await api.call(.delete, "@/zones/example.com/activation").status == 200)
            #expect(try await api.call(.delete, "@/domains/example.com").status == 204)
        }
    }
}
