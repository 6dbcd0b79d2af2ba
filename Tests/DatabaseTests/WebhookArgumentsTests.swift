// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Testing

@Suite struct WebhookArgumentsTests {
    @Test(arguments: ["{}", #"{"name":"zone_record.create","text":"a \"quoted\" \\ line\n"}"#, "bücher\u{1}\u{7F}\t/é"])
    func `they are what the encoder writes`(body: String) throws {
        let delivery = WebhookDelivery(webhookID: 42, event: "zone_record.create", requestID: "a-b", body: body)
        #expect(try delivery.arguments == NewJob(delivery).arguments)
    }
}
