// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
package import Jobs

extension WebhookDelivery {
    /// The arguments as JSON text, as the encoder writes them: a batch has hundreds of them.
    package var arguments: String {
        var json = JSONWriter(reservingCapacity: body.utf8.count * 5 / 4 + 256)
        json.object { json in
            json.member("body", body)
            json.member("event", event)
            json.member("message_id", messageID)
            json.member("request_id", requestID)
            json.member("webhook_id", webhookID)
        }
        return json.text
    }
}
