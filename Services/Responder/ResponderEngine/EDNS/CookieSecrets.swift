// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Synchronization

/// The secrets of server cookies, shared by all responders of a process and replaced while they answer.
///
/// Cookies are made with the first secret and accepted with any, so a fleet rolls them without refusing a client: the
/// new one is added behind the old everywhere, then put first everywhere, then the old one is removed (RFC 9018 5).
@safe
package final class CookieSecrets: Sendable {
    /// The most secrets held at once.
    package static let maximumCount = 8

    // The address of a number of secrets and their words: a plain number, since pointers are not `Sendable`. The block
    // stays until `deinit`, so a reader that has just taken it is never left without.
    private let current: Atomic<Int>
    // Secrets are replaced a few times a year, so keeping the old blocks costs nothing.
    private let blocks: Mutex<Blocks>

    @safe
    private struct Blocks {
        // SAFETY: allocated by `makeBlock`, freed in `deinit`.
        var all: [UnsafeMutablePointer<UInt64>]
        var secrets: [CookieSecret]
    }

    /// The given secrets, the one to make cookies with first; those above `maximumCount` are left out.
    package init(_ secrets: [CookieSecret]) {
        let kept = Array(secrets.prefix(Self.maximumCount))
        let block = unsafe Self.makeBlock(kept)
        current = Atomic(Int(bitPattern: block))
        blocks = unsafe Mutex(Blocks(all: [block], secrets: kept))
    }

    deinit {
        blocks.withLock { blocks in
            for index in unsafe blocks.all.indices { unsafe blocks.all[index].deallocate() }
        }
    }

    /// Replaces all secrets at once, from the next batch of queries on; false when they were the same.
    @discardableResult
    package func replace(with secrets: [CookieSecret]) -> Bool {
        let kept = Array(secrets.prefix(Self.maximumCount))
        return blocks.withLock { blocks in
            guard kept != blocks.secrets else { return false }
            let block = unsafe Self.makeBlock(kept)
            unsafe blocks.all.append(block)
            blocks.secrets = kept
            current.store(Int(bitPattern: block), ordering: .releasing)
            return true
        }
    }

    /// The secrets held, the one that cookies are made with first.
    package var all: [CookieSecret] { blocks.withLock { $0.secrets } }

    /// How many secrets are held.
    package var count: Int { blocks.withLock { $0.secrets.count } }

    /// The present secrets, for one batch.
    var keys: CookieKeys { unsafe CookieKeys(words: UnsafeRawPointer(bitPattern: current.load(ordering: .acquiring))) }

    private static func makeBlock(_ secrets: [CookieSecret]) -> UnsafeMutablePointer<UInt64> {
        let block = UnsafeMutablePointer<UInt64>.allocate(capacity: 1 + 2 * secrets.count)
        unsafe block.initialize(to: UInt64(secrets.count))
        for (index, secret) in secrets.enumerated() {
            unsafe (block + 1 + 2 * index).initialize(to: secret.key0)
            unsafe (block + 2 + 2 * index).initialize(to: secret.key1)
        }
        return unsafe block
    }
}

/// The secrets as a responder reads them: without a reference to count.
@safe
struct CookieKeys {
    // SAFETY: a block of `CookieSecrets`, which its configuration keeps alive.
    fileprivate let words: UnsafeRawPointer?

    /// No secrets.
    static var none: CookieKeys { unsafe CookieKeys(words: nil) }

    fileprivate init(words: UnsafeRawPointer?) {
        unsafe self.words = words
    }

    /// How many there are.
    var count: Int {
        guard let words = unsafe words else { return 0 }
        return Int(truncatingIfNeeded: unsafe words.load(as: UInt64.self))
    }

    /// A hash with the secret `index`, which is below `count`.
    func hash(_ index: Int) -> SipHash {
        guard let words = unsafe words else { return SipHash(key0: 0, key1: 0) }
        return unsafe SipHash(
            key0: words.load(fromByteOffset: 8 &+ 16 &* index, as: UInt64.self),
            key1: words.load(fromByteOffset: 16 &+ 16 &* index, as: UInt64.self)
        )
    }
}
