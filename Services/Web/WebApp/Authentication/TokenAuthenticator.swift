// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
package import Identity
import Synchronization

/// Looks tokens up in the database, and remembers what it found for a few seconds.
///
/// Only finds are remembered, so a new token works at once; a revoked one stops working when its memory ends. A token
/// with a wrong checksum never reaches the database.
package final class TokenAuthenticator: Authenticator {
    private struct Entry {
        let principal: Principal
        let expiry: Int64
    }

    /// How long a find is remembered, in seconds: the longest a revoked token goes on working.
    static let lifetime: Int64 = 5
    /// Finds remembered at most.
    static let capacity = 10_000

    private let tokens: TokenStore
    private let clock: UnixClock
    private let entries = Mutex<[TokenHash: Entry]>([:])

    package init(tokens: TokenStore, clock: UnixClock = .system) {
        self.tokens = tokens
        self.clock = clock
    }

    package func principal(token: String) async throws -> Principal? {
        guard let secret = TokenSecret(token) else { return nil }
        let now = self.clock.now
        if let entry = self.entries.withLock({ $0[secret.hash] }), now < entry.expiry,
            now >= entry.expiry - Self.lifetime
        {
            return entry.principal
        }
        guard let principal = try await self.tokens.principal(for: secret.hash) else { return nil }
        self.entries.withLock { entries in
            if entries.count >= Self.capacity {
                entries = entries.filter { $0.value.expiry > now }
            }
            if entries.count >= Self.capacity {
                entries.removeAll()
            }
            entries[secret.hash] = Entry(principal: principal, expiry: now + Self.lifetime)
        }
        return principal
    }
}
