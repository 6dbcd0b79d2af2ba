// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Testing

@Suite struct WebhookSignatureTests {
    /// The example of the Standard Webhooks specification and its reference libraries.
    private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private let timestamp: Int64 = 1_614_265_330
    private let body = Array(#"{"test": 2432232314}"#.utf8)

    @Test func `The published example has the published signature`() throws {
        let header = WebhookSignature.header(
            id: id,
            timestamp: timestamp,
            body: body,
            secrets: [try #require(WebhookSecret(secret))]
        )
        #expect(header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `During a rotation each secret signs`() {
        let other = WebhookSecret.generate()
        let header = WebhookSignature.header(
            id: id,
            timestamp: timestamp,
            body: body,
            secrets: WebhookSecret.list("\(secret) \(other) broken")
        )
        let parts = header.split(separator: " ")
        #expect(parts.count == 2)
        #expect(parts.first == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(parts.allSatisfy { $0.hasPrefix("v1,") && $0.count == 47 })
    }

    @Test func `Id, time and body all change the signature`() throws {
        let secrets = [try #require(WebhookSecret(secret))]
        let headers = [
            WebhookSignature.header(id: id, timestamp: timestamp, body: body, secrets: secrets),
            WebhookSignature.header(id: "msg_2", timestamp: timestamp, body: body, secrets: secrets),
            WebhookSignature.header(id: id, timestamp: timestamp + 1, body: body, secrets: secrets),
            WebhookSignature.header(id: id, timestamp: timestamp, body: body + [10], secrets: secrets),
        ]
        #expect(Set(headers).count == 4)
    }

    @Test(arguments: ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_!!!!", "whsec_c2hvcnQ="])
    func `What is no secret is refused`(text: String) {
        #expect(WebhookSecret(text) == nil)
    }

    @Test func `A new secret can be read back and is new each time`() {
        let secrets = (0..<10).map { _ in WebhookSecret.generate() }
        #expect(secrets.allSatisfy { WebhookSecret($0) != nil })
        #expect(Set(secrets).count == 10)
    }
}
