// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How many entries each section of a message holds: octets 4 to 11 (RFC 1035 4.1.1).
@usableFromInline
package struct SectionCounts: Sendable, Hashable {
    /// QDCOUNT.
    @usableFromInline package var questions: UInt16
    /// ANCOUNT.
    @usableFromInline package var answers: UInt16
    /// NSCOUNT.
    @usableFromInline package var authorities: UInt16
    /// ARCOUNT, the OPT record counted.
    @usableFromInline package var additionals: UInt16

    /// Counts of the four sections.
    @inlinable
    package init(questions: UInt16 = 0, answers: UInt16 = 0, authorities: UInt16 = 0, additionals: UInt16 = 0) {
        self.questions = questions
        self.answers = answers
        self.authorities = authorities
        self.additionals = additionals
    }

    /// The counts at the reader's position.
    @inlinable
    package init(from reader: inout WireReader) throws(WireError) {
        questions = try reader.readUInt16()
        answers = try reader.readUInt16()
        authorities = try reader.readUInt16()
        additionals = try reader.readUInt16()
    }

    /// Writes the eight octets.
    @inlinable
    package func encode(to writer: inout WireWriter) throws(WireError) {
        try writer.writeUInt16(questions)
        try writer.writeUInt16(answers)
        try writer.writeUInt16(authorities)
        try writer.writeUInt16(additionals)
    }
}
