// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// A TSIG record: the signature at the end of a message (RFC 8945 4.2).
///
///      NAME      the key's name
///      TYPE      TSIG (250)
///      CLASS     ANY (255)
///      TTL       0
///      RDATA     +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///                /                 ALGORITHM NAME                /
///                +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///                |            TIME SIGNED (48 bits)              |
///                +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///                |                     FUDGE                     |
///                +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///                |                   MAC SIZE                    |
///                /                      MAC                      /
///                +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
///                |                  ORIGINAL ID                  |
///                |                     ERROR                     |
///                |                   OTHER LEN                   |
///                /                   OTHER DATA                  /
///                +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
package struct TSIGRecord: Sendable, Hashable {
    /// The seconds that the clocks of the two ends may be apart, as everyone sends it (RFC 8945 10).
    package static let usualFudge: UInt16 = 300

    /// The name of the key.
    package var keyName: Name
    /// The name of the algorithm.
    package var algorithmName: Name
    /// When the message was signed: seconds since 1970, 48 bits.
    package var timeSigned: UInt64
    /// The seconds by which the clocks may differ.
    package var fudge: UInt16
    /// The MAC, possibly truncated; empty in an unsigned error.
    package var mac: [UInt8]
    /// The message's identifier when it was signed.
    package var originalID: UInt16
    /// What was wrong with the request's signature.
    package var error: TSIGError
    /// Empty, or the server's time with BADTIME.
    package var otherData: [UInt8]

    /// The server's time that goes with BADTIME: seconds since 1970.
    package var serverTime: UInt64? {
        guard error == .badTime, otherData.count == 6 else { return nil }
        return otherData.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Appends what a MAC covers besides the message: all of the record but MAC and original identifier (4.3.3).
    func appendVariables(to octets: inout [UInt8]) {
        octets += keyName.lowercased().wire
        octets.appendNumber(RRClass.any.rawValue)
        octets.appendNumber(UInt32(0))
        octets += algorithmName.lowercased().wire
        appendTimers(to: &octets)
        octets.appendNumber(error.rawValue)
        octets.appendNumber(UInt16(truncatingIfNeeded: otherData.count))
        octets += otherData
    }

    /// Appends what a MAC of a later message of several covers instead (5.3.1).
    func appendTimers(to octets: inout [UInt8]) {
        octets.appendNumber(UInt16(truncatingIfNeeded: timeSigned >> 32))
        octets.appendNumber(UInt32(truncatingIfNeeded: timeSigned))
        octets.appendNumber(fudge)
    }

    /// Appends the record to a message and counts it there. Its names are never compressed.
    func append(to message: inout [UInt8]) {
        message += keyName.wire
        message.appendNumber(RRType.tsig.rawValue)
        message.appendNumber(RRClass.any.rawValue)
        message.appendNumber(UInt32(0))
        message.appendNumber(UInt16(truncatingIfNeeded: dataLength))
        message += algorithmName.wire
        appendTimers(to: &message)
        message.appendNumber(UInt16(truncatingIfNeeded: mac.count))
        message += mac
        message.appendNumber(originalID)
        message.appendNumber(error.rawValue)
        message.appendNumber(UInt16(truncatingIfNeeded: otherData.count))
        message += otherData
        message.setNumber(message.number(at: 10) &+ 1, at: 10)
    }

    /// The octets of the record on the wire.
    var length: Int { keyName.wire.count + 10 + dataLength }

    private var dataLength: Int { algorithmName.wire.count + 16 + mac.count + otherData.count }
}

extension TSIGRecord {
    /// The record whose owner was read; the reader stands at its class.
    init(keyName: Name, from reader: inout WireReader) throws(WireError) {
        self.keyName = keyName
        guard try reader.readUInt16() == RRClass.any.rawValue, try reader.readUInt32() == 0 else { throw .badValue }
        let end = try reader.narrow(to: Int(reader.readUInt16()))
        algorithmName = try reader.readName(pointers: .forbidden)
        timeSigned = UInt64(try reader.readUInt16()) << 32
        timeSigned |= UInt64(try reader.readUInt32())
        fudge = try reader.readUInt16()
        mac = try reader.readOctets(Int(reader.readUInt16()))
        originalID = try reader.readUInt16()
        error = TSIGError(rawValue: try reader.readUInt16())
        otherData = try reader.readOctets(Int(reader.readUInt16()))
        try reader.widen(to: end)
    }
}

extension [UInt8] {
    /// Appends a number, the most significant octet first.
    mutating func appendNumber(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// Appends a number, the most significant octet first.
    mutating func appendNumber(_ value: UInt32) {
        appendNumber(UInt16(truncatingIfNeeded: value >> 16))
        appendNumber(UInt16(truncatingIfNeeded: value))
    }

    /// The two octets at an offset as a number.
    func number(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }

    /// Replaces the two octets at an offset.
    mutating func setNumber(_ value: UInt16, at offset: Int) {
        self[offset] = UInt8(truncatingIfNeeded: value >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: value)
    }
}
