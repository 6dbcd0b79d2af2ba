// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// An account at a server (RFC 8555 section 7.1.2).
package struct ACMEAccount: Sendable, Equatable {
    /// Its URL: what names the account in every request.
    package let url: String
    /// `valid`, `deactivated` or `revoked`.
    package let status: String
}
