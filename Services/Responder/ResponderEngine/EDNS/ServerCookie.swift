// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A server cookie that all servers with the same secret make and know (RFC 9018 4).
///
///      client cookie (64) | version 1 (8) | reserved (24) | timestamp (32) | hash (64)
///
/// The hash is SipHash-2-4 over all in front of it and the client's address.
enum ServerCookie {
    /// What a query's cookies are worth.
    enum Verdict: UInt8 {
        /// There is no COOKIE option, or cookies are off.
        case absent
        /// The client does not know a server cookie yet.
        case clientOnly
        /// The server cookie is ours and so recent that it is sent back as it is.
        case good
        /// The server cookie is ours; the client gets a fresh one.
        case ageing
        /// The server cookie was made with another secret, for another address, or too long ago.
        case bad

        /// Whether the client has shown that it receives what is sent to its address.
        var isGood: Bool { self == .good || self == .ageing }
    }

    /// The octets of both cookies.
    static let length = 24
    private static let version: UInt8 = 1
    /// The oldest cookie that is taken, in seconds (4.3).
    private static let maximumAge: Int32 = 3600
    /// How far in the future one may be, as clocks differ.
    private static let maximumLead: Int32 = 300
    /// From this age on a fresh one is sent.
    private static let renewalAge: Int32 = 1800

    /// What the cookies at `cookie` are worth at `now`, in seconds since 1970.
    static func check(
        _ cookie: UnsafeRawPointer,
        length: Int,
        client: ClientAddress,
        keys: CookieKeys,
        now: UInt32
    ) -> Verdict {
        if length == 8 { return .clientOnly }
        guard length == Self.length, unsafe cookie.octet(at: 8) == version else { return .bad }
        // Serial number arithmetic (RFC 1982), so that the counter may wrap.
        let made = unsafe UInt32(bigEndian: cookie.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
        let age = Int32(truncatingIfNeeded: now &- made)
        guard age <= maximumAge, age >= -maximumLead else { return .bad }
        let first = unsafe word(cookie, at: 0)
        let second = unsafe word(cookie, at: 8)
        let given = unsafe word(cookie, at: 16)
        for index in 0..<keys.count where hash(first, second, client, keys.hash(index)) == given {
            return index == 0 && age < renewalAge ? .good : .ageing
        }
        return .bad
    }

    /// Writes a client's cookie and a fresh server cookie for it, 24 octets. There is at least one key.
    static func write(
        to target: UnsafeMutableRawPointer,
        clientCookie: UnsafeRawPointer,
        client: ClientAddress,
        keys: CookieKeys,
        now: UInt32
    ) {
        unsafe target.copyMemory(from: clientCookie, byteCount: 8)
        unsafe target.set(UInt32(version) << 24, at: 8)
        unsafe target.set(now, at: 12)
        let cookie = UnsafeRawPointer(target)
        let made = unsafe hash(word(cookie, at: 0), word(cookie, at: 8), client, keys.hash(0))
        unsafe target.storeBytes(of: made.littleEndian, toByteOffset: 16, as: UInt64.self)
    }

    private static func hash(
        _ clientCookie: UInt64,
        _ versionAndTime: UInt64,
        _ client: ClientAddress,
        _ start: SipHash
    ) -> UInt64 {
        var hash = start
        hash.absorb(clientCookie)
        hash.absorb(versionAndTime)
        if client.isIPv4 {
            return hash.finish(20 << 56 | UInt64(UInt32(truncatingIfNeeded: client.low).byteSwapped))
        }
        hash.absorb(client.high.byteSwapped)
        hash.absorb(client.low.byteSwapped)
        return hash.finish(32 << 56)
    }

    private static func word(_ base: UnsafeRawPointer, at offset: Int) -> UInt64 {
        unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
