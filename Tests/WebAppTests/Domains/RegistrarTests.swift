// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Testing

@testable import WebApp

@Suite struct RegistrarTests {
    @Test(
        arguments: [
            (.get, "domains/free.example/check", 412), (.get, "domains/free.example/prices", 412),
            (.get, "domains/free.example/premium_price", 410), (.post, "domains/free.example/registrations", 412),
            (.get, "domains/free.example/registrations/7", 404), (.post, "domains/free.example/transfers", 412),
            (.get, "domains/free.example/transfers/7", 404), (.delete, "domains/free.example/transfers/7", 404),
            (.post, "domains/example.com/renewals", 412), (.get, "domains/example.com/renewals/7", 404),
            (.post, "domains/example.com/restores", 412), (.get, "domains/example.com/restores/7", 404),
            (.post, "domains/example.com/authorize_transfer_out", 412),
            (.get, "domains/example.com/transfer_lock", 412), (.post, "domains/example.com/transfer_lock", 412),
            (.delete, "domains/example.com/transfer_lock", 412), (.put, "domains/example.com/auto_renewal", 412),
            (.delete, "domains/example.com/auto_renewal", 412), (.get, "domains/example.com/whois_privacy", 410),
            (.put, "domains/example.com/whois_privacy", 412), (.delete, "domains/example.com/whois_privacy", 412),
            (.post, "domains/example.com/whois_privacy/renewals", 410), (.get, "registrant_changes", 200),
            (.post, "registrant_changes", 412), (.post, "registrant_changes/check", 412),
            (.get, "registrant_changes/7", 404), (.delete, "registrant_changes/7", 404),
        ] as [(HTTPRequest.Method, String, Int)]
    )
    func `what a registrar would do has an answer that says why not`(
        method: HTTPRequest.Method,
        path: String,
        status: Int
    ) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(method, "@/registrar/\(path)", "{}")
            #expect(answer.status == status)
            switch status {
            case 200:
                #expect(answer.text.hasPrefix(#"{"data":[],"pagination":{"current_page":1"#))
            case 404:
                #expect(answer.text.hasSuffix("`7` not found\"}"))
            default:
                #expect(answer.text.hasPrefix(#"{"message":""#))
            }
            try await api.expectGuards(method, "@/registrar/\(path)", "{}", scope: "registrar")
            // What concerns a domain of the account concerns no other.
            if path.hasPrefix("domains/example.com") {
                let missing = path.replacing("example.com", with: "missing.example")
                let answer = try await api.call(method, "@/registrar/\(missing)", "{}")
                #expect(answer.status == 404)
                #expect(answer.text == #"{"message":"Domain `missing.example` not found"}"#)
            }
        }
    }

    @Test func `every operation of the table is tested above`() {
        #expect(RegistrarOperation.all.count == 27)
    }

    @Test func `certificates there are none of`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let path = "@/domains/example.com/certificates"
            let list = try await api.call(.get, "\(path)?sort=expiration")
            #expect(list.status == 200)
            #expect(list.text.hasPrefix(#"{"data":[],"pagination""#))
            for suffix in ["5", "5/download", "5/private_key"] {
                let answer = try await api.call(.get, "\(path)/\(suffix)")
                #expect(answer.status == 404)
                #expect(answer.text == #"{"message":"Certificate `5` not found"}"#)
            }
            let purchase = try await api.call(.post, "\(path)/letsencrypt", "{}")
            #expect(purchase.status == 412)
            #expect(purchase.text == #"{"message":"Certificates are not issued by this platform"}"#)
            for suffix in ["letsencrypt/5/issue", "letsencrypt/5/renewals", "letsencrypt/5/renewals/6/issue"] {
                #expect(try await api.call(.post, "\(path)/\(suffix)", "{}").status == 404)
            }
            #expect(try await api.call(.get, "@/domains/missing.example/certificates").status == 404)
            try await api.expectGuards(.get, path, scope: "domains")
            try await api.expectGuards(.post, "\(path)/letsencrypt", "{}", scope: "domains")
        }
    }

    @Test func `collaborators are gone`() async throws {
        try await TestAPI.run { api async throws in
            for (method, suffix) in [(.get, ""), (.post, ""), (.delete, "/1")] as [(HTTPRequest.Method, String)] {
                let path = "@/domains/example.com/collaborators\(suffix)"
                let answer = try await api.call(method, path)
                #expect(answer.status == 410)
                #expect(answer.text == #"{"message":"Collaborators are no longer a part of the API"}"#)
            }
        }
    }

    @Test func `charges are none, and dates are judged`() async throws {
        try await TestAPI.run { api async throws in
            let path = "@/billing/charges"
            let list = try await api.call(.get, "\(path)?start_date=2024-02-29&end_date=2024-12-31&sort=invoiced:asc")
            #expect(list.status == 200)
            #expect(list.text.hasPrefix(#"{"data":[],"pagination""#))
            for date in [
                "2023-02-29", "2023-13-01", "2023-1-1", "01-01-2023", "today", "2023-00-10", "2023-01-1%C2%B2",
            ] {
                let answer = try await api.call(.get, "\(path)?start_date=\(date)")
                #expect(answer.status == 400)
                #expect(answer.text == #"{"message":"Invalid date format must be ISO8601 (YYYY-MM-DD)"}"#)
                #expect(try await api.call(.get, "\(path)?end_date=\(date)").status == 400)
            }
            try await api.expectGuards(.get, path, scope: "billing")
        }
    }

    @Test func `top-level domains and research are answered truthfully`() async throws {
        try await TestAPI.run { api async throws in
            let list = try await api.call(.get, "tlds?sort=tld:asc&per_page=2")
            #expect(list.status == 200)
            #expect(list.text.hasPrefix(#"{"data":[],"pagination":{"current_page":1,"per_page":2"#))
            for suffix in ["com", "com/extended_attributes"] {
                let answer = try await api.call(.get, "tlds/\(suffix)")
                #expect(answer.status == 404)
                #expect(answer.text == #"{"message":"TLD `com` not found"}"#)
            }
            #expect(try await api.call(.get, "tlds", as: .none).status == 401)
            let research = try await api.call(.get, "@/domains/research/status?domain=Free.example")
            #expect(research.status == 200)
            #expect(research.text.contains(#""domain":"free.example","availability":"unknown","errors":["#))
            let blank = try await api.call(.get, "@/domains/research/status")
            #expect(blank.status == 400)
            #expect(blank.text == #"{"message":"Validation failed","errors":{"domain":["can't be blank"]}}"#)
            try await api.expectGuards(.get, "@/domains/research/status?domain=a.example", scope: "domains")
        }
    }
}
