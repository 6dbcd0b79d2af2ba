// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// The parts of a webhook's URL that matter to a delivery.
package struct WebhookURL: Sendable, Equatable {
    /// The whole URL.
    package let text: String
    /// The host's name or address, without brackets.
    package let host: String
    package let port: Int
    package let isSecure: Bool

    /// Reads an absolute `https` URL, or with `allowsInsecure` also an `http` one; `nil` for anything else, for user
    /// information and for fragments.
    package init?(_ text: String, allowsInsecure: Bool = false) {
        guard text.utf8.count <= 2_048, let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.fragment == nil
        else { return nil }
        switch scheme {
        case "https": isSecure = true
        case "http" where allowsInsecure: isSecure = false
        default: return nil
        }
        self.text = text
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? (isSecure ? 443 : 80)
    }
}
