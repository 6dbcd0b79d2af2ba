// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a certificate is asked for: a name (RFC 8555 section 9.7.7).
package struct ACMEIdentifier: Sendable, Hashable, Codable {
    /// `dns`.
    package let type: String
    /// The name, in ASCII; of an order it may begin with `*.`, of an authorization it does not.
    package let value: String

    /// The identifier of a name.
    package init(name: String) {
        type = "dns"
        value = name
    }
}
