// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A cursor over octets that came from somewhere else: each read is checked against the end first.
///
/// The whole message stays in reach for compression pointers; `end` can be narrowed to the RDATA being read.
@usableFromInline
package struct WireReader: ~Escapable {
    /// All octets, the first one of the message at offset 0.
    @usableFromInline package let octets: RawSpan
    /// The offset of the next octet.
    @usableFromInline package var position: Int
    /// The offset behind the last octet that may be read.
    @usableFromInline package var end: Int

    /// A reader at the first of `octets`.
    @inlinable
    @_lifetime(copy octets)
    package init(_ octets: RawSpan) {
        self.octets = octets
        self.position = 0
        self.end = octets.byteCount
    }

    /// A reader at the first of `octets`.
    @inlinable
    @_lifetime(copy octets)
    package init(_ octets: Span<UInt8>) {
        // SAFETY: octets without padding may be read as raw memory.
        self.init(unsafe octets.bytes)
    }

    /// The number of octets that are left.
    @inlinable
    package var remaining: Int { end &- position }

    /// Whether nothing is left.
    @inlinable
    package var isAtEnd: Bool { position >= end }

    /// The octet at an offset that the caller has checked.
    @inlinable
    package func octet(at offset: Int) -> UInt8 {
        // SAFETY: the load is checked against the span's bounds; every bit pattern is a UInt8.
        unsafe octets.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// Throws when fewer than `count` octets are left.
    @inlinable
    package func require(_ count: Int) throws(WireError) {
        guard count >= 0, count <= end &- position else { throw .truncated }
    }

    /// The next octet.
    @inlinable
    package mutating func readUInt8() throws(WireError) -> UInt8 {
        try require(1)
        let value = octet(at: position)
        position &+= 1
        return value
    }

    /// The next two octets, the most significant first.
    @inlinable
    package mutating func readUInt16() throws(WireError) -> UInt16 {
        try require(2)
        // SAFETY: checked above and by the span; every bit pattern is a UInt16.
        let value = unsafe octets.unsafeLoadUnaligned(fromByteOffset: position, as: UInt16.self)
        position &+= 2
        return UInt16(bigEndian: value)
    }

    /// The next four octets, the most significant first.
    @inlinable
    package mutating func readUInt32() throws(WireError) -> UInt32 {
        try require(4)
        // SAFETY: checked above and by the span; every bit pattern is a UInt32.
        let value = unsafe octets.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self)
        position &+= 4
        return UInt32(bigEndian: value)
    }

    /// The next `count` octets.
    @inlinable
    package mutating func readOctets(_ count: Int) throws(WireError) -> [UInt8] {
        try require(count)
        let start = position
        position &+= count
        return copy(start..<position)
    }

    /// All octets up to the end.
    @inlinable
    package mutating func readRemaining() throws(WireError) -> [UInt8] {
        try readOctets(max(0, remaining))
    }

    /// A character-string: a length octet and that many octets (RFC 1035 3.3).
    @inlinable
    package mutating func readString() throws(WireError) -> [UInt8] {
        try readOctets(Int(readUInt8()))
    }

    /// Passes over `count` octets.
    @inlinable
    package mutating func skip(_ count: Int) throws(WireError) {
        try require(count)
        position &+= count
    }

    /// Lets nothing behind the next `length` octets be read; gives the former end, for `widen(to:)`.
    @inlinable
    package mutating func narrow(to length: Int) throws(WireError) -> Int {
        try require(length)
        let former = end
        end = position &+ length
        return former
    }

    /// Takes back a `narrow(to:)`; what was not read of the narrowed octets is an error.
    @inlinable
    package mutating func widen(to former: Int) throws(WireError) {
        guard position == end else { throw .trailingOctets }
        end = former
    }

    /// The octets of a range that lies inside of the input.
    @inlinable
    package func copy(_ range: Range<Int>) -> [UInt8] {
        // SAFETY: extracting traps outside of the bounds; the pointer does not leave the closure.
        unsafe octets.extracting(range).withUnsafeBytes { unsafe Array($0) }
    }
}
