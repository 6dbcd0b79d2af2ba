// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
package import Identity
package import Postgres

/// What users, sessions and tokens are handled with.
package struct IdentityServices: Sendable {
    let users: UserStore
    let logIns: LogInStore
    let passwords: PasswordAuthenticator
    let worker: PasswordWorker
    let sessions: SessionStore
    let tokens: TokenEditor
    let oauth: OAuthStore
    let sealingKey: SealingKey?
    let clock: UnixClock

    /// - Parameters:
    ///   - worker: hashes passwords.
    ///   - sealingKey: seals the secrets of one-time codes; without it nobody can set them up.
    package init(
        pool: PostgresPool,
        worker: PasswordWorker = PasswordWorker(),
        sealingKey: SealingKey? = nil,
        clock: UnixClock = .system
    ) {
        self.users = UserStore(pool: pool)
        self.logIns = LogInStore(pool: pool)
        self.passwords = PasswordAuthenticator(
            store: LogInStore(pool: pool),
            worker: worker,
            sealingKey: sealingKey,
            clock: clock
        )
        self.worker = worker
        self.sessions = SessionStore(pool: pool)
        self.tokens = TokenEditor(pool: pool)
        self.oauth = OAuthStore(pool: pool)
        self.sealingKey = sealingKey
        self.clock = clock
    }
}
