// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire
internal import Glibc

/// Makes hashed owner names (RFC 5155 5) in memory that is used again for every name.
///
///     IH(salt, x, 0) = H(x || salt)
///     IH(salt, x, k) = H(IH(salt, x, k - 1) || salt)
@safe
struct NameHasher: ~Copyable {
    /// How many more times a hash is taken at most.
    ///
    /// RFC 9276 3.1 wants 0, validators give up above 50 to 150 (RFC 9276 3.2), and each costs one more SHA-1 for each of
    /// the three hashes of a denial. A zone above this limit gets no proofs: see `Responder.proveHashed`.
    static let maximumIterations: UInt16 = 500

    // SAFETY: `message` has room for the longest name, the longest salt and the padding, `output` for a digest; both are
    // allocated in init and freed in deinit.
    private let message: UnsafeMutableRawPointer
    private let output: UnsafeMutableRawPointer
    private static let room = 576

    init() {
        unsafe message = .allocate(byteCount: Self.room, alignment: 16)
        unsafe output = .allocate(byteCount: SHA1.digestLength, alignment: 4)
    }

    deinit {
        unsafe message.deallocate()
        unsafe output.deallocate()
    }

    /// The 20 octets last made.
    var hash: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: output, count: SHA1.digestLength)
    }

    /// Makes the hash of the name whose uncompressed wire form is given, in any case, with a label `*` in front of it if
    /// `isWildcard`. Nothing is made of a name, or a salt, that is too long.
    mutating func take(
        _ name: UnsafeRawBufferPointer,
        isWildcard: Bool,
        salt: UnsafeRawBufferPointer,
        iterations: UInt16
    ) {
        guard let source = name.baseAddress, name.count <= 255, salt.count <= 255 else { return }
        var count = 0
        if isWildcard {
            unsafe message.set(1 as UInt8, at: 0)
            unsafe message.set(0x2A as UInt8, at: 1)
            count = 2
        }
        // Length octets are below the letters, so folding leaves them as they are.
        for index in 0..<name.count {
            unsafe message.set(CaseFolding.lower(source.octet(at: index)), at: count &+ index)
        }
        unsafe digest(salted(count &+ name.count, salt))
        guard iterations > 0 else { return }
        // The salt and the padding stay where they are; only the hash in front of them changes.
        unsafe memcpy(message, output, SHA1.digestLength)
        let blocks = unsafe salted(SHA1.digestLength, salt)
        digest(blocks)
        for _ in 1..<iterations {
            unsafe memcpy(message, output, SHA1.digestLength)
            digest(blocks)
        }
    }

    /// Completes a message of `count` octets with the salt and the padding of SHA-1: how many blocks it has then.
    private func salted(_ count: Int, _ salt: UnsafeRawBufferPointer) -> Int {
        var end = count
        if let octets = salt.baseAddress, salt.count > 0 {
            unsafe memcpy(message + end, octets, salt.count)
            end &+= salt.count
        }
        unsafe message.set(0x80 as UInt8, at: end)
        let blocks = (end &+ 9 &+ SHA1.blockLength &- 1) / SHA1.blockLength
        let length = blocks &* SHA1.blockLength
        unsafe memset(message + end + 1, 0, length &- end &- 5)
        unsafe message.set(UInt32(truncatingIfNeeded: end &* 8), at: length &- 4)
        return blocks
    }

    private func digest(_ blocks: Int) {
        var state = SHA1()
        for block in 0..<blocks {
            unsafe state.take(message + block &* SHA1.blockLength)
        }
        unsafe state.write(to: output)
    }
}
