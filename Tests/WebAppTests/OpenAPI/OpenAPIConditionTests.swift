// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import WebApp

/// Entity tags and conditions are where the document says that they are, and nowhere else.
@Suite struct OpenAPIConditionTests {
    /// Enough for every operation that takes a condition; members that an operation does not know are ignored.
    private static let body = """
        {"name":"b","type":"A","content":"192.0.2.2","ttl":60,"creates":[],"records":["192.0.2.2"],"rrsets":[],\
        "ns_names":["ns.host.example"],"zone_file":"b 60 A 192.0.2.2\\n","note":"b","labels":{"b":"b"}}
        """

    @Test func `a stale If-Match is refused with 412 by every operation that takes one`() async throws {
        try await TestAPI.run { api async throws in
            let fixture = try await Self.fixture(api)
            let conditional = OpenAPIDocument.current.operations.filter { Self.takes("If-Match", $0) }
            #expect(conditional.count >= 12)
            for operation in conditional {
                #expect(operation.failureStatuses.contains(412), "\(operation.name)")
                let answer = try await api.call(
                    operation.method,
                    Self.filled(operation.path, fixture),
                    operation.body == nil ? nil : Self.body,
                    headers: [.ifMatch: "\"stale\""]
                )
                #expect(answer.status == 412, "\(operation.name): \(answer.status) \(answer.text)")
                #expect(answer.text.contains("since the state that If-Match names"), "\(operation.name)")
            }
        }
    }

    @Test func `answers have the tags that the document says, and no others`() async throws {
        try await TestAPI.run { api async throws in
            let fixture = try await Self.fixture(api)
            var tagged = 0
            for operation in OpenAPIDocument.current.operations where operation.method == .get {
                let path = Self.filled(operation.path, fixture)
                let answer = try await api.call(.get, path)
                guard answer.status == 200 else { continue }
                let takesCondition = Self.takes("If-None-Match", operation)
                #expect((answer.headers[.eTag] != nil) == takesCondition, "\(operation.name)")
                let isTagged = operation.results.first { $0.status == 200 }?.isTagged
                #expect(isTagged == takesCondition, "\(operation.name)")
                #expect(operation.results.contains { $0.status == 304 && $0.isTagged } == takesCondition)
                guard takesCondition else { continue }
                let again = try await api.call(.get, path, headers: [.ifNoneMatch: answer.headers[.eTag] ?? ""])
                #expect(again.status == 304, "\(operation.name)")
                #expect(again.headers[.eTag] == answer.headers[.eTag], "\(operation.name)")
                tagged += 1
            }
            #expect(tagged >= 6)
        }
    }

    @Test func `what is made or changed has a tag where the document says so`() async throws {
        try await TestAPI.run { api async throws in
            let fixture = try await Self.fixture(api)
            var seen: Set<String> = []
            for operation in OpenAPIDocument.current.operations
            where operation.path.hasPrefix("/v2/{account}/zones/{zone}") && operation.method != .get {
                let answer = try await api.call(
                    operation.method,
                    Self.filled(operation.path, fixture),
                    // The record that is changed becomes none that there is already.
                    operation.body == nil ? nil : operation.method == .patch ? #"{"ttl":61}"# : Self.body
                )
                #expect(answer.status < 300, "\(operation.name): \(answer.status) \(answer.text)")
                let isTagged = operation.results.first { $0.status == answer.status }?.isTagged
                #expect((answer.headers[.eTag] != nil) == isTagged, "\(operation.name)")
                if isTagged == true { seen.insert(operation.name) }
            }
            #expect(seen.isSuperset(of: ["activateZone", "deactivateZone", "createZoneRecord", "updateZoneRecord"]))
        }
    }

    @Test func `428 is described where it is answered`() async throws {
        try await TestAPI.run { api async throws in
            var fixture = try await Self.fixture(api)
            fixture["certificate"] = try await Self.certificate(api)
            let described = OpenAPIDocument.current.operations.filter { $0.failureStatuses.contains(428) }
            #expect(
                described.map(\.name) == ["disableDomainDNSSEC", "downloadCertificate", "getCertificatePrivateKey"]
            )
            for operation in described {
                #expect(try await api.call(operation.method, Self.filled(operation.path, fixture)).status == 428)
            }
        }
    }

    private static func takes(_ field: String, _ operation: APIOperation) -> Bool {
        operation.parameters.contains { $0.name == field && $0.place == .header }
    }

    /// A certificate that is not issued.
    private static func certificate(_ api: TestAPI) async throws -> String {
        let pool = try api.database.pool(.superuser, size: 1)
        defer { pool.close() }
        let row = try await pool.query(
            """
            WITH made AS (
                INSERT INTO app.certificate (domain_id, name, names, algorithm)
                SELECT id, 'www', '{www.example.com}', 'ECDSA' FROM app.domain RETURNING id
            ) SELECT id FROM made
            """
        ).first
        let id: Int64 = try #require(row).decode(0)
        return String(id)
    }

    /// A domain with a record; the values of paths.
    private static func fixture(_ api: TestAPI) async throws -> [String: String] {
        try await api.makeDomain("example.com")
        let record = try await api.call(
            .post,
            "@/zones/example.com/records",
            #"{"name":"a","type":"A","content":"192.0.2.1"}"#
        )
        let id = try #require(record.id)
        return [
            "account": "@", "zone": "example.com", "domain": "example.com", "record": "\(id)", "name": "a", "type": "A",
            "version": "1", "other": "1", "change": "1",
        ]
    }

    private static func filled(_ path: String, _ values: [String: String]) -> String {
        values.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
            .replacing(#/{\w+}/#, with: "1")
    }
}
