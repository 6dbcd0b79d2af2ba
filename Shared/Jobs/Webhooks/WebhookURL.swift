// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// The parts of a webhook's URL that matter to a delivery.
package struct WebhookURL: Sendable, Equatable {
    /// The whole URL.
    package let text: String
    /// The host's name or address, without brackets.
    package let host: String
    /// The port given, or that of the scheme.
    package let port: Int
    /// Whether the scheme is `https`.
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
        // Only what every parser reads alike: an escaped or non-ASCII host could be one name to the check of its
        // addresses and another one to the HTTP client.
        guard parts.percentEncodedHost == host, self.host.utf8.allSatisfy(Self.isHostOctet) else { return nil }
        port = parts.port ?? (isSecure ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
    }

    private static func isHostOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default:
            false
        }
    }
}
