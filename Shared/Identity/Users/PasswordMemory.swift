// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Synchronization

/// Knows passwords that were found to be good: as keyed digests with the stored hash, so that nobody who reads the
/// memory has a password, and a new password is not known any more.
package final class PasswordMemory: Sendable {
    private static let capacity = 10_000

    private let key = SymmetricKey(size: .bits256)
    private let known = Mutex<Set<[UInt8]>>([])

    package init() {}

    /// Whether `password` was found to be that of the stored hash.
    package func contains(_ password: Secret<String>, hash: String) -> Bool {
        let digest = self.digest(password, hash)
        return self.known.withLock { $0.contains(digest) }
    }

    /// Notes that `password` is that of the stored hash.
    package func insert(_ password: Secret<String>, hash: String) {
        let digest = self.digest(password, hash)
        self.known.withLock { known in
            if known.count >= Self.capacity {
                known.removeAll()
            }
            known.insert(digest)
        }
    }

    private func digest(_ password: Secret<String>, _ hash: String) -> [UInt8] {
        let text = Array(hash.utf8) + [0] + Array(password.reveal().utf8)
        return Array(HMAC<SHA256>.authenticationCode(for: text, using: self.key))
    }
}
