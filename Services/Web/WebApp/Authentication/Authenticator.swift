// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Identity

/// Knows whose a token is.
package protocol Authenticator: Sendable {
    /// Whom `token` speaks for, or nil when it is unknown, expired or revoked.
    ///
    /// - Throws: when that cannot be found out now, such as with the database away.
    func caller(token: String) async throws -> Caller?
}
