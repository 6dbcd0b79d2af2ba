// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// Writes fields of a Protocol Buffers message.
///
/// dnstap has two fixed messages of a dozen fields: a generated encoder with its runtime library would be many times
/// larger than these few lines.
struct ProtobufWriter {
    /// What was written.
    private(set) var buffer: ByteBuffer

    /// Appends to `buffer`.
    init(_ buffer: ByteBuffer) {
        self.buffer = buffer
    }

    /// A field of an unsigned or enumerated type.
    mutating func put(_ field: Int, varint value: UInt64) {
        putVarint(UInt64(field << 3))
        putVarint(value)
    }

    /// A field of type `fixed32`.
    mutating func put(_ field: Int, fixed32 value: UInt32) {
        putVarint(UInt64(field << 3 | 5))
        buffer.writeInteger(value, endianness: .little)
    }

    /// A field of octets, or of an embedded message.
    mutating func put(_ field: Int, octets: some Collection<UInt8>) {
        putVarint(UInt64(field << 3 | 2))
        putVarint(UInt64(octets.count))
        buffer.writeBytes(octets)
    }

    /// A field of octets.
    mutating func put(_ field: Int, octets: UnsafeRawBufferPointer) {
        putVarint(UInt64(field << 3 | 2))
        putVarint(UInt64(octets.count))
        unsafe buffer.writeBytes(octets)
    }

    private mutating func putVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(truncatingIfNeeded: rest))
    }
}
