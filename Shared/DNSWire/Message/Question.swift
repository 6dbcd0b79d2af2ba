// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a query asks for (RFC 1035 4.1.2).
///
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///      /                     QNAME                     /
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///      |                     QTYPE                     |
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///      |                     QCLASS                    |
///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
@usableFromInline
package struct Question: Sendable, Hashable {
    /// The name, in the case in which it was asked for.
    package var name: Name
    /// The type, possibly a meta-type such as ANY.
    package var type: RRType
    /// The class.
    package var rrclass: RRClass

    /// A question of its parts.
    package init(name: Name, type: RRType, rrclass: RRClass = .internet) {
        self.name = name
        self.type = type
        self.rrclass = rrclass
    }

    /// The question at the reader's position.
    package init(from reader: inout WireReader) throws(WireError) {
        name = try reader.readName()
        type = RRType(rawValue: try reader.readUInt16())
        rrclass = RRClass(rawValue: try reader.readUInt16())
    }

    /// Writes the question.
    package func encode(to writer: inout WireWriter) throws(WireError) {
        try writer.writeName(name)
        try writer.writeUInt16(type.rawValue)
        try writer.writeUInt16(rrclass.rawValue)
    }
}
