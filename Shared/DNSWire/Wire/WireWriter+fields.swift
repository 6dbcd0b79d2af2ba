// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension WireWriter {
    /// Writes eight octets, the most significant first.
    @inlinable
    package mutating func writeUInt64(_ value: UInt64) throws(WireError) {
        try writeUInt32(UInt32(truncatingIfNeeded: value >> 32))
        try writeUInt32(UInt32(truncatingIfNeeded: value))
    }

    /// Writes sixteen octets, the most significant first.
    @inlinable
    package mutating func writeUInt128(_ value: UInt128) throws(WireError) {
        try writeUInt64(UInt64(truncatingIfNeeded: value >> 64))
        try writeUInt64(UInt64(truncatingIfNeeded: value))
    }

    /// Writes character-strings one after the other.
    package mutating func writeStrings(_ strings: [[UInt8]]) throws(WireError) {
        for string in strings { try writeString(string) }
    }

    /// Writes octets that must be `count` in number.
    package mutating func writeOctets(_ value: [UInt8], exactly count: Int) throws(WireError) {
        guard value.count == count else { throw .badValue }
        try writeOctets(value)
    }
}
