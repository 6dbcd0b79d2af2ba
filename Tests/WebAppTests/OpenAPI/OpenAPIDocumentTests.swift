// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Foundation
import HTTPTypes
import Testing

@testable import WebApp

@Suite struct OpenAPIDocumentTests {
    @Test func `names of operations are unique and every reference leads somewhere`() throws {
        let document = OpenAPIDocument.current
        let names = document.operations.map(\.name)
        #expect(Set(names).count == names.count)
        let schemas = document.schemas.map(\.name)
        #expect(Set(schemas).count == schemas.count)
        let text = String(decoding: JSONWriter.bytes(of: document), as: UTF8.self)
        let used = Set(text.matches(of: #/"#\/components\/schemas\/(\w+)"/#).map { String($0.output.1) })
        #expect(used.subtracting(schemas).sorted() == [], "no such schema")
        #expect(Set(schemas).subtracting(used).sorted() == [], "nobody uses the schema")
    }

    @Test func `it is served to everybody, and not again to who has it`() async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.get, "openapi.json", as: .none)
            #expect(answer.status == 200)
            #expect(answer.headers[.cacheControl] == "public, max-age=300")
            let root = try #require(try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any])
            #expect(root["openapi"] as? String == "3.1.0")
            #expect((root["paths"] as? [String: Any])?.keys.contains("/v2/whoami") == true)
            let tag = try #require(answer.headers[.eTag])
            for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let again = try await api.call(.get, "openapi.json", as: .none, headers: [.ifNoneMatch: known])
                #expect(again.status == 304, "\(known)")
                #expect(again.text.isEmpty)
                #expect(again.headers[.eTag] == tag)
            }
            let other = try await api.call(.get, "openapi.json", as: .none, headers: [.ifNoneMatch: "\"other\""])
            #expect(other.status == 200)
        }
    }
}
