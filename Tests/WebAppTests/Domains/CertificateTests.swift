// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import WebApp

/// The operations of certificates, with an account at an authority and no worker.
@Suite struct CertificateTests {
    private static let path = "@/domains/example.com/certificates"

    /// A domain on a platform that has an account at an authority.
    private func withDomain(_ body: @Sendable (TestAPI) async throws -> Void) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let superuser = try api.database.pool(.superuser, size: 1)
            defer { superuser.close() }
            try await superuser.execute("INSERT INTO app.acme_account VALUES ('https://ca.example/dir', 'sealed')")
            try await body(api)
        }
    }

    /// Jobs for a certificate.
    private func jobs(_ api: TestAPI) async throws -> [String] {
        let superuser = try api.database.pool(.superuser, size: 1)
        defer { superuser.close() }
        return try await superuser.query(
            "SELECT args::text FROM jobs.job WHERE kind = 'certificate.issue' ORDER BY id"
        ).map { try $0.decode(0) }
    }

    @Test func `an order says what was ordered, and nothing is asked for yet`() async throws {
        try await withDomain { api in
            let made = try await api.call(.post, "\(Self.path)/letsencrypt")
            #expect(made.status == 201)
            let id = try #require(made.id)
            #expect(
                made.text.hasPrefix(
                    #"{"data":{"id":\#(id),"certificate_id":\#(id),"state":"new","auto_renew":false,"created_at":"#
                )
            )
            let shown = try await api.call(.get, "\(Self.path)/\(id)")
            #expect(shown.status == 200)
            #expect(
                shown.text.contains(
                    #""name":"www","common_name":"www.example.com","years":1,"csr":null,"state":"new","auto_renew":false"#
                        + #","alternate_names":[],"authority_identifier":"letsencrypt""#
                )
            )
            #expect(shown.text.contains(#""expires_at":null,"expires_on":null}}"#))
            let list = try await api.call(.get, "\(Self.path)?sort=expiration:desc,common_name")
            #expect(list.ids == [id])
            #expect(try await jobs(api).isEmpty)
            for (suffix, message) in [
                ("download", "Certificate not issued"), ("private_key", "Private key not present"),
            ] {
                let answer = try await api.call(.get, "\(Self.path)/\(id)/\(suffix)")
                #expect(answer.status == 428)
                #expect(answer.text == #"{"message":"\#(message)"}"#)
            }
        }
    }

    @Test func `it is asked for once, however often the client says so`() async throws {
        try await withDomain { api in
            let id = try #require(
                try await api.call(
                    .post,
                    "\(Self.path)/letsencrypt",
                    #"{"auto_renew":true,"name":"","alternate_names":["*","*.dev"],"signature_algorithm":"RSA"}"#
                ).id
            )
            for _ in 0..<2 {
                let asked = try await api.call(.post, "\(Self.path)/letsencrypt/\(id)/issue")
                #expect(asked.status == 202)
                #expect(asked.text.contains(#""state":"requesting","auto_renew":true"#))
                #expect(asked.text.contains(#""alternate_names":["*.example.com","*.dev.example.com"]"#))
            }
            #expect(try await jobs(api) == [#"{"certificate_id": \#(id)}"#])
            let actions = try await api.auditedActions()
            #expect(actions.suffix(2) == ["certificate.create", "certificate.request"])
        }
    }

    @Test func `what cannot be ordered is refused by field`() async throws {
        try await withDomain { api in
            let bodies = [
                (#"{"name":"www.other.example."}"#, "name"),
                (#"{"alternate_names":["a..b"]}"#, "alternate_names"),
                (#"{"name":"www","alternate_names":["*"]}"#, "name"),
                (#"{"signature_algorithm":"ecdsa"}"#, "signature_algorithm"),
                (#"{"auto_renew":"yes"}"#, "auto_renew"),
                (#"{"alternate_names":"www"}"#, "alternate_names"),
            ]
            for (body, field) in bodies {
                let answer = try await api.call(.post, "\(Self.path)/letsencrypt", body)
                #expect(answer.status == 400, "\(body)")
                #expect(answer.text.contains(#""errors":{"\#(field)":["#), "\(answer.text)")
            }
            #expect(try await api.call(.get, Self.path).ids.isEmpty)
            for number in 0..<20 {
                let made = try await api.call(.post, "\(Self.path)/letsencrypt", #"{"name":"h\#(number)"}"#)
                #expect(made.status == 201)
            }
            #expect(try await api.call(.post, "\(Self.path)/letsencrypt").status == 400)
        }
    }

    @Test func `only what is issued is renewed, and another's is not found`() async throws {
        try await withDomain { api in
            let id = try #require(try await api.call(.post, "\(Self.path)/letsencrypt").id)
            let early = try await api.call(.post, "\(Self.path)/letsencrypt/\(id)/renewals")
            #expect(early.status == 400)
            let superuser = try api.database.pool(.superuser, size: 1)
            defer { superuser.close() }
            try await superuser.execute(
                """
                UPDATE app.certificate SET state = 'issued', leaf = 'L', issuers = '{A,B}', sealed_key = 'x',
                    expires_at = '2030-01-02 03:04:05Z'
                """
            )
            let chain = try await api.call(.get, "\(Self.path)/\(id)/download")
            #expect(chain.text == #"{"data":{"server":"L","root":null,"chain":["A","B"]}}"#)
            let shown = try await api.call(.get, "\(Self.path)/\(id)")
            try await superuser.execute("UPDATE app.certificate SET failure = 'why', renew_at = '2029-01-02 03:04:05Z'")
            let own = "/x/v1/@/domains/example.com/certificates/\(id)/status"
            let plain = try await api.call(.get, own)
            #expect(plain.status == 200)
            #expect(
                plain.text.contains(
                    #""state":"issued","failure":"why","auto_renew":false,"renew_at":null,"expires_at":"2030-01-02T03:04:05Z""#
                )
            )
            try await superuser.execute("UPDATE app.certificate SET auto_renew = true")
            #expect(try await api.call(.get, own).text.contains(#""renew_at":"2029-01-02T03:04:05Z""#))
            #expect(shown.text.contains(#""expires_at":"2030-01-02T03:04:05Z","expires_on":"2030-01-02""#))
            // There is a key, and this server has nothing to open it with.
            #expect(try await api.call(.get, "\(Self.path)/\(id)/private_key").status == 412)
            let order = try await api.call(.post, "\(Self.path)/letsencrypt/\(id)/renewals", #"{"auto_renew":true}"#)
            #expect(order.status == 201)
            let renewal = try #require(order.id)
            #expect(order.text.contains(#""old_certificate_id":\#(id),"new_certificate_id":\#(id + 1),"state":"new""#))
            let issued = try await api.call(.post, "\(Self.path)/letsencrypt/\(id)/renewals/\(renewal)/issue")
            #expect(issued.status == 202)
            #expect(issued.id == id + 1)
            #expect(try await api.call(.post, "\(Self.path)/letsencrypt/\(id)/renewals/99/issue").status == 404)
            try await api.makeDomain("other.example")
            for suffix in ["", "/download", "/private_key"] {
                let answer = try await api.call(.get, "@/domains/other.example/certificates/\(id)\(suffix)")
                #expect(answer.status == 404)
            }
        }
    }
}
