// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
import Domain
package import Identity
import Synchronization

/// Looks tokens up in the database, and remembers what it found for a few seconds.
///
/// Only finds are remembered, so a new token works at once; a revoked one stops working when its memory ends. A token
/// with a wrong checksum never reaches the database. Uses are noted in `uses`, which writes them later.
package final class TokenAuthenticator: Authenticator {
    private struct Entry {
        let caller: Caller
        /// In Unix seconds; never after the token's own end.
        let expiry: Int64
    }

    /// How long a find is remembered, in seconds: the longest a revoked token goes on working.
    static let lifetime: Int64 = 5
    /// Finds remembered at most.
    static let capacity = 10_000

    private let tokens: TokenStore
    private let uses: TokenUses
    private let clock: UnixClock
    private let entries = Mutex<[TokenHash: Entry]>([:])

    package init(tokens: TokenStore, uses: TokenUses = TokenUses(), clock: UnixClock = .system) {
        self.tokens = tokens
        self.uses = uses
        self.clock = clock
    }

    package func caller(token: String) async throws -> Caller? {
        guard let secret = TokenSecret(token) else { return nil }
        switch secret.kind {
        case .account, .user, .oauth: break
        case .session, .code, .client: return nil
        }
        guard let caller = try await self.caller(hash: secret.hash) else { return nil }
        if let id = caller.tokenID {
            self.uses.note(id, at: self.clock.now)
        }
        return caller
    }

    private func caller(hash: TokenHash) async throws -> Caller? {
        let now = self.clock.now
        if let entry = self.entries.withLock({ $0[hash] }), now < entry.expiry, now >= entry.expiry - Self.lifetime {
            return entry.caller
        }
        guard let found = try await self.tokens.caller(for: hash) else { return nil }
        let expiry = min(now + Self.lifetime, found.expiresAt?.seconds ?? .max)
        self.entries.withLock { entries in
            if entries.count >= Self.capacity {
                entries = entries.filter { $0.value.expiry > now }
            }
            if entries.count >= Self.capacity {
                entries.removeAll()
            }
            entries[hash] = Entry(caller: found.caller, expiry: expiry)
        }
        return found.caller
    }
}
