// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Foundation

/// A secret of the Standard Webhooks specification: `whsec_` and 24 to 64 octets in base64.
package struct WebhookSecret: Sendable {
    /// What every secret begins with.
    package static let prefix = "whsec_"

    /// The key itself.
    let key: SymmetricKey

    /// Reads a secret; `nil` if the text is not one.
    package init?(_ text: some StringProtocol) {
        guard text.hasPrefix(Self.prefix), let bytes = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            (24...64).contains(bytes.count)
        else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// The secrets in a stored text: one, or several separated by blanks while a secret is being rotated. Parts that
    /// are no secrets are left out.
    package static func list(_ text: String) -> [WebhookSecret] {
        text.split(separator: " ").compactMap { WebhookSecret($0) }
    }

    /// The text of a new random secret of 32 octets.
    package static func generate() -> String {
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        return prefix + Data(bytes).base64EncodedString()
    }
}
