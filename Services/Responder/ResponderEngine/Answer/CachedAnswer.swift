// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire
internal import Glibc

/// An answer in the ring of a `PacketCache`.
///
///     octets 0-7     snapshot
///     octets 8-15    tag
///     octets 16-17   length of the name
///     octets 18-19   length of what follows the question
///     octets 20-21   flags of the header
///     octets 24-31   counts of the header
///     octets 32-39   account of the response
///     then           name in lower case, zeros up to a multiple of eight, what follows the question
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
        (headerLength &+ (nameLength &+ 7) & ~7 &+ bodyLength &+ 7) / 8
    }

    var snapshot: Int { unsafe base.load(as: Int.self) }
    var word: UInt64 { unsafe base.load(fromByteOffset: 8, as: UInt64.self) }
    var nameLength: Int { unsafe Int(base.load(fromByteOffset: 16, as: UInt16.self)) }
    var account: ResponseAccount {
        ResponseAccount(rawValue: unsafe base.load(fromByteOffset: 32, as: UInt64.self))
    }
    var flags: UInt16 { unsafe base.load(fromByteOffset: 20, as: UInt16.self) }

    /// Whether the answer is to the name at `name`, which is as long as this one and has eight octets of the message or
    /// its buffer behind it.
    @inline(__always)
    func hasName(_ name: UnsafeMutableRawPointer) -> Bool {
        let length = nameLength
        var offset = 0
        while offset < length {
            let kept = unsafe base.load(fromByteOffset: Self.headerLength &+ offset, as: UInt64.self)
            guard unsafe kept == Self.word(of: name, at: offset, length) else { return false }
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
        unsafe memcpy(response + questionEnd, base + Self.headerLength + (nameLength &+ 7) & ~7, bodyLength)
        return questionEnd &+ bodyLength
    }

    /// Keeps a response.
    func write(
        _ response: UnsafeMutableRawPointer,
        snapshot: Int,
        word: UInt64,
        account: ResponseAccount,
        _ nameLength: Int,
        _ bodyLength: Int
    ) {
        let flags = unsafe UnsafeRawPointer(response).word(at: 2) & ~HeaderFlag.recursionDesired
        unsafe base.storeBytes(of: snapshot, as: Int.self)
        unsafe base.storeBytes(of: word, toByteOffset: 8, as: UInt64.self)
        unsafe base.storeBytes(of: UInt16(truncatingIfNeeded: nameLength), toByteOffset: 16, as: UInt16.self)
        unsafe base.storeBytes(of: UInt16(truncatingIfNeeded: bodyLength), toByteOffset: 18, as: UInt16.self)
        unsafe base.storeBytes(of: flags, toByteOffset: 20, as: UInt16.self)
        unsafe memcpy(base + 24, response + 4, 8)
        unsafe base.storeBytes(of: account.rawValue, toByteOffset: 32, as: UInt64.self)
        var offset = 0
        while offset < nameLength {
            let octets = unsafe Self.word(of: response + MessageSize.header, at: offset, nameLength)
            unsafe base.storeBytes(of: octets, toByteOffset: Self.headerLength &+ offset, as: UInt64.self)
            offset &+= 8
        }
        let body = unsafe response + MessageSize.header + nameLength + 4
        unsafe memcpy(base + Self.headerLength + (nameLength &+ 7) & ~7, body, bodyLength)
    }

    /// Eight octets of a name in lower case, with zeros for those behind its end.
    @inline(__always)
    private static func word(of name: UnsafeMutableRawPointer, at offset: Int, _ length: Int) -> UInt64 {
        let octets = unsafe UInt64(littleEndian: name.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        let rest = length &- offset
        return CaseFolding.lower(rest >= 8 ? octets : octets & (1 &<< UInt64(rest &* 8) &- 1))
    }
}
