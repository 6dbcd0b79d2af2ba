// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Testing

@testable import ACME

/// What is made of single answers.
@Suite struct ACMEAnswerTests {
    private func response(_ status: Int, _ body: String, retryAfter: Duration? = nil) -> ACMEResponse {
        ACMEResponse(status: status, body: Array(body.utf8), nonce: nil, location: nil, retryAfter: retryAfter)
    }

    @Test func `too many requests are told from other refusals`() {
        let body = #"{"type": "urn:ietf:params:acme:error:rateLimited", "detail": "too many certificates"}"#
        let problem = ACMEProblem(type: "urn:ietf:params:acme:error:rateLimited", detail: "too many certificates")
        for status in [429, 403] {
            let error = #expect(throws: ACMEError.self) { try response(status, body, retryAfter: .seconds(90)).check() }
            #expect(error == .rateLimited(problem, retryAfter: .seconds(90)))
            #expect(error?.isTransient == true)
        }
    }

    @Test func `a server's own failure is worth another try, with a body or without`() {
        for status in [500, 502, 503] {
            let error = #expect(throws: ACMEError.self) {
                try response(status, "<html>", retryAfter: .seconds(5)).check()
            }
            #expect(error?.isTransient == true)
            #expect(error?.retryAfter == .seconds(5))
        }
    }

    @Test func `the problems of single names are told`() {
        let body = #"""
            {"type": "urn:ietf:params:acme:error:malformed", "detail": "some\nnames",
             "subproblems": [{"type": "urn:ietf:params:acme:error:rejectedIdentifier", "detail": "not ours",
                              "identifier": {"type": "dns", "value": "a.test"}}]}
            """#
        let error = #expect(throws: ACMEError.self) { try response(400, body).check() }
        #expect(error?.description == "malformed: somenames; a.test: not ours")
        #expect(error?.isTransient == false)
    }

    @Test func `a body of something else is an error, not a trap`() {
        #expect(throws: ACMEError.self) { try response(200, "[]").decode(ACMEOrder.Body.self) }
        #expect(throws: ACMEError.self) { try CertificateChain(pem: "-----BEGIN CERTIFICATE-----\nAAAA") }
        #expect(throws: ACMEError.self) { try CertificateChain(pem: "") }
    }

    @Test(arguments: [
        ("120", Duration.seconds(120)), ("0", .zero), ("Tue, 24 Nov 2026 02:01:00 GMT", .seconds(60)),
        ("Tue, 24 Nov 2026 01:00:00 GMT", .zero), ("99999999999999999999", RetryAfter.longest),
        ("Sun, 24 Nov 2126 02:01:00 GMT", RetryAfter.longest), ("soon", nil), ("-5", nil), ("", nil),
    ])
    func `Retry-After is read against the server's clock`(text: String, expected: Duration?) {
        // Our own clock is a century off.
        let found = RetryAfter.duration(
            text,
            date: "Tue, 24 Nov 2026 02:00:00 GMT",
            now: Date(timeIntervalSince1970: 4_900_000_000)
        )
        #expect(found == expected)
    }

    @Test func `a window of renewal is read, and none that ends before it starts`() throws {
        let body = #"{"suggestedWindow": {"start": "2026-01-02T04:00:00Z", "end": "2026-01-03T04:00:00.5Z"}}"#
        let decoded = try response(200, body).decode(ACMERenewalInfo.Body.self)
        let info = try #require(ACMERenewalInfo(decoded, retryAfter: .seconds(6)))
        #expect(info.start == Date(timeIntervalSince1970: 1_767_326_400))
        #expect(abs(info.end.timeIntervalSince1970 - 1_767_412_800.5) < 0.01)
        let reversed = #"{"suggestedWindow": {"start": "2026-01-03T04:00:00Z", "end": "2026-01-02T04:00:00Z"}}"#
        #expect(ACMERenewalInfo(try response(200, reversed).decode(ACMERenewalInfo.Body.self), retryAfter: nil) == nil)
    }

    @Test func `the proof of a challenge is the digest of token and thumbprint`() throws {
        let key = ACMEAccountKey()
        let web = try #require(try JSONSerialization.jsonObject(with: Data(key.webKey.utf8)) as? [String: String])
        #expect(web.keys.sorted() == ["crv", "kty", "x", "y"])
        #expect(try #require(Base64URL.decode(key.thumbprint)).count == 32)
        let proof = key.dnsProof(token: "token")
        #expect(try #require(Base64URL.decode(proof)).count == 32)
        #expect(try ACMEAccountKey(pem: key.pem).dnsProof(token: "token") == proof)
        #expect(ACMEAccountKey().dnsProof(token: "token") != proof)
    }
}
