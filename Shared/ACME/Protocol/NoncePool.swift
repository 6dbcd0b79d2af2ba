// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// The nonces that the server's answers brought (RFC 8555 section 6.5): each is used once.
final class NoncePool: Sendable {
    /// Older ones are dropped: servers forget them.
    static let capacity = 16
    private let nonces = Mutex<[String]>([])

    /// Keeps what an answer brought, if it looks like a nonce.
    func put(_ nonce: String?) {
        guard let nonce, (1...512).contains(nonce.utf8.count), nonce.utf8.allSatisfy(Self.isBase64URL) else { return }
        nonces.withLock { nonces in
            if nonces.count == Self.capacity { nonces.removeFirst() }
            nonces.append(nonce)
        }
    }

    /// The newest.
    func take() -> String? { nonces.withLock { $0.popLast() } }

    /// Forgets all: when the server has refused one, those from before are no better.
    func clear() { nonces.withLock { $0 = [] } }

    private static func isBase64URL(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}
