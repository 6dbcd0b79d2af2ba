// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Foundation
import TestSupport
import Testing

extension SystemTests {
    @Suite("Webhooks") struct WebhookTests {
        @Test("a change of a record is delivered, signed as Standard Webhooks")
        func delivery() async throws {
            let stack = try LocalStack.current
            let receiver = try WebhookReceiver()
            defer { receiver.stop() }
            let made = try await stack.zonewright("webhook", "create", "http://127.0.0.1:\(receiver.port)/events")
            #expect(made.status == 0, "\(made.output)")
            let fields = made.output.split(separator: "\n")[0].split(separator: "\t").map(String.init)
            #expect(try stack.api("POST", "/domains", #"{"name":"hooked.example"}"#).status == 201)
            let record = #"{"name":"www","type":"A","content":"192.0.2.8"}"#
            #expect(try stack.api("POST", "/zones/hooked.example/records", record).status == 201)

            let delivery = try await receiver.first { $0.body.contains(#""name":"zone_record.create""#) }
            #expect(delivery.body.contains(#""content":"192.0.2.8""#))
            #expect(delivery.body.contains(#""api_version":"v2""#))
            let identifier = try #require(delivery.headers["webhook-id"])
            let timestamp = try #require(delivery.headers["webhook-timestamp"])
            let signature = try #require(delivery.headers["webhook-signature"])
            let key = try #require(Data(base64Encoded: String(fields[1].dropFirst("whsec_".count))))
            let code = HMAC<SHA256>.authenticationCode(
                for: Data("\(identifier).\(timestamp).\(delivery.body)".utf8),
                using: SymmetricKey(data: key)
            )
            #expect(signature == "v1,\(Data(code).base64EncodedString())")
            _ = try await receiver.first { $0.body.contains(#""name":"domain.create""#) }
            _ = try await receiver.first { $0.body.contains(#""name":"zone.create""#) }
            #expect(try await stack.zonewright("webhook", "delete", fields[0]).status == 0)
        }
    }
}
