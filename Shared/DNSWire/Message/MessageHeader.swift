// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The first four octets of a message: its identifier and flags.
///
/// RFC 1035 4.1.1, RFC 4035 3.2 (AD, CD).
///
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///      |                      ID                       |
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///      |QR|   OPCODE  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
@usableFromInline
package struct MessageHeader: Sendable, Hashable {
    /// The number by which an answer is matched with its query.
    @usableFromInline package var id: UInt16
    /// The second two octets as a number.
    @usableFromInline package var bits: UInt16

    /// A header of its two numbers.
    @inlinable
    package init(id: UInt16, bits: UInt16 = 0) {
        self.id = id
        self.bits = bits
    }

    /// QR: whether the message is a response.
    @inlinable package var isResponse: Bool {
        get { bits & 0x8000 != 0 }
        set { set(0x8000, newValue) }
    }

    /// What kind of message it is.
    @inlinable package var opcode: Opcode {
        get { Opcode(rawValue: UInt8(truncatingIfNeeded: bits >> 11)) }
        set { bits = bits & ~0x7800 | UInt16(newValue.rawValue) << 11 }
    }

    /// AA: whether the server has authority over the name of the question.
    @inlinable package var isAuthoritative: Bool {
        get { bits & 0x0400 != 0 }
        set { set(0x0400, newValue) }
    }

    /// TC: whether the message was cut short.
    @inlinable package var isTruncated: Bool {
        get { bits & 0x0200 != 0 }
        set { set(0x0200, newValue) }
    }

    /// RD: whether the client asks for recursion.
    @inlinable package var recursionDesired: Bool {
        get { bits & 0x0100 != 0 }
        set { set(0x0100, newValue) }
    }

    /// RA: whether the server offers recursion.
    @inlinable package var recursionAvailable: Bool {
        get { bits & 0x0080 != 0 }
        set { set(0x0080, newValue) }
    }

    /// AD: whether the data was validated.
    @inlinable package var authenticData: Bool {
        get { bits & 0x0020 != 0 }
        set { set(0x0020, newValue) }
    }

    /// CD: whether the client validates by itself.
    @inlinable package var checkingDisabled: Bool {
        get { bits & 0x0010 != 0 }
        set { set(0x0010, newValue) }
    }

    /// The low four bits of the response code.
    @inlinable package var rcodeBits: UInt8 {
        get { UInt8(truncatingIfNeeded: bits) & 0x0F }
        set { bits = bits & ~0x000F | UInt16(newValue & 0x0F) }
    }

    @inlinable
    mutating func set(_ mask: UInt16, _ value: Bool) {
        bits = value ? bits | mask : bits & ~mask
    }
}

extension MessageHeader {
    /// The header at the reader's position.
    @inlinable
    package init(from reader: inout WireReader) throws(WireError) {
        self.init(id: try reader.readUInt16(), bits: try reader.readUInt16())
    }

    /// Writes the four octets.
    @inlinable
    package func encode(to writer: inout WireWriter) throws(WireError) {
        try writer.writeUInt16(id)
        try writer.writeUInt16(bits)
    }
}
