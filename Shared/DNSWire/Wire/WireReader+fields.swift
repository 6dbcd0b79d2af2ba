// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension WireReader {
    /// The next eight octets, the most significant first.
    @inlinable
    package mutating func readUInt64() throws(WireError) -> UInt64 {
        try UInt64(readUInt32()) << 32 | UInt64(readUInt32())
    }

    /// The next sixteen octets, the most significant first.
    @inlinable
    package mutating func readUInt128() throws(WireError) -> UInt128 {
        try UInt128(readUInt64()) << 64 | UInt128(readUInt64())
    }

    /// One or more character-strings, up to the end.
    package mutating func readStrings() throws(WireError) -> [[UInt8]] {
        var strings: [[UInt8]] = []
        repeat { strings.append(try readString()) } while !isAtEnd
        return strings
    }
}
