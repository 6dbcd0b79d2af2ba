// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// An output buffer that grows up to a limit, with the table that name compression needs.
///
/// A writer can be used again for message after message; it then allocates nothing.
@usableFromInline
package struct WireWriter: Sendable {
    /// What was written so far.
    @usableFromInline package internal(set) var octets: [UInt8]
    /// The most octets that may be written.
    @usableFromInline package var limit: Int
    /// Whether names may be compressed at all; off for RDATA that stands alone.
    @usableFromInline package var compresses = true
    /// Where names stand that a pointer can lead to.
    @usableFromInline var names: CompressionTable

    /// An empty writer for at most `limit` octets, 65,535 being the longest message.
    @inlinable
    package init(limit: Int = 65_535, capacity: Int = 512) {
        self.octets = []
        self.octets.reserveCapacity(min(limit, capacity))
        self.limit = limit
        self.names = CompressionTable()
    }

    /// The number of octets written so far.
    @inlinable
    package var count: Int { octets.count }

    /// Forgets all that was written and keeps the memory.
    @inlinable
    package mutating func reset() {
        octets.removeAll(keepingCapacity: true)
        names.removeAll()
    }

    /// Takes back everything from `count` on, an earlier value of `count`.
    @inlinable
    package mutating func rollBack(to count: Int) {
        octets.removeSubrange(count...)
        names.remove(from: count)
    }

    /// Throws when `count` more octets have no room.
    @inlinable
    package func require(_ count: Int) throws(WireError) {
        guard count <= limit &- octets.count else { throw .bufferFull }
    }

    /// Writes one octet.
    @inlinable
    package mutating func writeUInt8(_ value: UInt8) throws(WireError) {
        try require(1)
        octets.append(value)
    }

    /// Writes two octets, the most significant first.
    @inlinable
    package mutating func writeUInt16(_ value: UInt16) throws(WireError) {
        try require(2)
        octets.append(UInt8(truncatingIfNeeded: value &>> 8))
        octets.append(UInt8(truncatingIfNeeded: value))
    }

    /// Writes four octets, the most significant first.
    @inlinable
    package mutating func writeUInt32(_ value: UInt32) throws(WireError) {
        try require(4)
        octets.append(UInt8(truncatingIfNeeded: value &>> 24))
        octets.append(UInt8(truncatingIfNeeded: value &>> 16))
        octets.append(UInt8(truncatingIfNeeded: value &>> 8))
        octets.append(UInt8(truncatingIfNeeded: value))
    }

    /// Writes octets as they are.
    @inlinable
    package mutating func writeOctets(_ value: some Collection<UInt8>) throws(WireError) {
        try require(value.count)
        octets.append(contentsOf: value)
    }

    /// Writes a length octet and the octets of `value`, 255 at most.
    @inlinable
    package mutating func writeString(_ value: some Collection<UInt8>) throws(WireError) {
        guard let length = UInt8(exactly: value.count) else { throw .lengthOverflow }
        try writeUInt8(length)
        try writeOctets(value)
    }

    /// Replaces two octets that were written before.
    @inlinable
    package mutating func patchUInt16(_ value: UInt16, at offset: Int) {
        octets[offset] = UInt8(truncatingIfNeeded: value &>> 8)
        octets[offset &+ 1] = UInt8(truncatingIfNeeded: value)
    }

    /// Writes two length octets and then what `body` writes.
    @inlinable
    package mutating func writeLengthPrefixed16(
        _ body: (inout WireWriter) throws(WireError) -> Void
    ) throws(WireError) {
        let start = octets.count
        try writeUInt16(0)
        try body(&self)
        guard let length = UInt16(exactly: octets.count - start - 2) else { throw .lengthOverflow }
        patchUInt16(length, at: start)
    }
}
