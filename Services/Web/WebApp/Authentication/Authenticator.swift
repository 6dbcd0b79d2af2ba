// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Identity

/// Knows whose a token is.
package protocol Authenticator: Sendable {
    /// The principal of `token`, or nil when it is unknown, expired or revoked.
    ///
    /// - Throws: when that cannot be found out now, such as with the database away.
    func principal(token: String) async throws -> Principal?
}
