// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Foundation

/// The `webhook-signature` header of the Standard Webhooks specification, scheme `v1` (HMAC-SHA256).
package enum WebhookSignature {
    /// Signs one message.
    ///
    /// - Parameters:
    ///   - id: the `webhook-id` header.
    ///   - timestamp: the `webhook-timestamp` header, seconds since 1970.
    ///   - body: the body as sent.
    ///   - secrets: each gives one signature; during rotation the receiver accepts any of them.
    /// - Returns: the signatures separated by blanks.
    package static func header(id: String, timestamp: Int64, body: [UInt8], secrets: [WebhookSecret]) -> String {
        let signed = Data("\(id).\(timestamp).".utf8) + Data(body)
        return secrets.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: signed, using: secret.key)
            return "v1,\(Data(code).base64EncodedString())"
        }.joined(separator: " ")
    }
}
