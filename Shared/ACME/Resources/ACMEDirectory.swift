// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where a server's functions are (RFC 8555 section 7.1.1).
package struct ACMEDirectory: Sendable, Equatable, Decodable {
    /// What the server says about itself.
    package struct Meta: Sendable, Equatable, Decodable {
        /// The terms that whoever makes an account agrees to.
        package let termsOfService: String?
        /// Whether accounts need one elsewhere at the authority.
        package let externalAccountRequired: Bool?
    }

    let newNonce: String
    let newAccount: String
    let newOrder: String
    let revokeCert: String
    /// Where renewal times are suggested (RFC 9773 section 4.1); nil at servers without.
    package let renewalInfo: String?
    /// What the server says about itself.
    package let meta: Meta?
}
