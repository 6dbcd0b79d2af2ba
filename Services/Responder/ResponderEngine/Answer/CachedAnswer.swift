// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

/// An answer in the ring of a `PacketCache`.
///
///     octets 0-7     snapshot
///     octets 8-15    tag
///     octets 16-17   length of the key
///     octets 18-19   length of what follows the question
///     octets 20-21   flags of the header
///     octets 24-31   counts of the header
///     octets 32-39   account of the response
///     then           key of the name (`LookupKey.folded`), zeros up to a multiple of eight, what follows the question
@safe
struct CachedAnswer {
    // SAFETY: the cache gives a place that is aligned to eight octets and, to `write`, has room for `units`.
    private let base: UnsafeMutableRawPointer
    private static let headerLength = 40

    init(_ base: UnsafeMutableRawPointer) {
        unsafe self.base = base
    }

    /// How many units of eight octets an answer needs.
    static func units(_ nameLength: Int, _ bodyLength: Int) -> Int {
        (headerLength &+ padded(nameLength) &+ bodyLength &+ 7) / 8
    }

    private static func padded(_ length: Int) -> Int { (length &+ 7) & ~7 }

    var snapshot: Int { unsafe base.load(as: Int.self) }
    var word: UInt64 { unsafe base.load(fromByteOffset: 8, as: UInt64.self) }
    var nameLength: Int { unsafe Int(base.load(fromByteOffset: 16, as: UInt16.self)) }
    var account: ResponseAccount {
        ResponseAccount(rawValue: unsafe base.load(fromByteOffset: 32, as: UInt64.self))
    }
    var flags: UInt16 { unsafe base.load(fromByteOffset: 20, as: UInt16.self) }

    /// Whether the answer is to the name of this key, behind which eight octets can be read.
    @inline(__always)
    func hasName(_ key: UnsafeRawBufferPointer) -> Bool {
        guard nameLength == key.count, let start = key.baseAddress else { return key.count == 0 && nameLength == 0 }
        var offset = 0
        while offset < key.count {
            let kept = unsafe base.load(fromByteOffset: Self.headerLength &+ offset, as: UInt64.self)
            guard unsafe kept == Self.word(start, offset, key.count) else { return false }
            offset &+= 8
        }
        return true
    }

    /// Writes what follows the question, and the header's counts: the length of the response.
    @inline(__always)
    func copy(into response: UnsafeMutableRawPointer, questionEnd: Int) -> Int {
        let bodyLength = unsafe Int(base.load(fromByteOffset: 18, as: UInt16.self))
        let counts = unsafe base.load(fromByteOffset: 24, as: UInt64.self)
        unsafe response.storeBytes(of: counts, toByteOffset: 4, as: UInt64.self)
        unsafe memcpy(response + questionEnd, base + Self.headerLength + Self.padded(nameLength), bodyLength)
        return questionEnd &+ bodyLength
    }

    /// Keeps a response to the name of `key`, `body` being what follows the question.
    func write(
        _ response: UnsafeMutableRawPointer,
        snapshot: Int,
        word: UInt64,
        account: ResponseAccount,
        _ key: UnsafeRawBufferPointer,
        _ body: UnsafeRawBufferPointer
    ) {
        let flags = unsafe UnsafeRawPointer(response).word(at: 2) & ~HeaderFlag.recursionDesired
        unsafe base.storeBytes(of: snapshot, as: Int.self)
        unsafe base.storeBytes(of: word, toByteOffset: 8, as: UInt64.self)
        unsafe base.storeBytes(of: UInt16(truncatingIfNeeded: key.count), toByteOffset: 16, as: UInt16.self)
        unsafe base.storeBytes(of: UInt16(truncatingIfNeeded: body.count), toByteOffset: 18, as: UInt16.self)
        unsafe base.storeBytes(of: flags, toByteOffset: 20, as: UInt16.self)
        unsafe memcpy(base + 24, response + 4, 8)
        unsafe base.storeBytes(of: account.rawValue, toByteOffset: 32, as: UInt64.self)
        if let start = key.baseAddress {
            var offset = 0
            while offset < key.count {
                let octets = unsafe Self.word(start, offset, key.count)
                unsafe base.storeBytes(of: octets, toByteOffset: Self.headerLength &+ offset, as: UInt64.self)
                offset &+= 8
            }
        }
        guard let start = body.baseAddress else { return }
        unsafe memcpy(base + Self.headerLength + Self.padded(key.count), start, body.count)
    }

    /// Eight octets of a key, with zeros for those behind its end.
    @inline(__always)
    private static func word(_ key: UnsafeRawPointer, _ offset: Int, _ length: Int) -> UInt64 {
        let octets = unsafe UInt64(littleEndian: key.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        return octets & .max &>> UInt64((8 &- min(length &- offset, 8)) &* 8)
    }
}
