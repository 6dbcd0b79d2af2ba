// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The address prefixes of APL (RFC 3123 4).
///
///      +--------+--------+--------+-+-------+------------- - -
///      | address family  | prefix |N| length| address without trailing zero octets
///      +--------+--------+--------+-+-------+------------- - -
package enum AddressPrefixes {
    /// Passes over prefixes up to the reader's end; throws unless each is in bounds and in its shortest form.
    package static func check(_ reader: inout WireReader) throws(WireError) {
        while !reader.isAtEnd {
            let family = try reader.readUInt16()
            let prefix = try reader.readUInt8()
            let length = Int(try reader.readUInt8() & 0x7F)
            try reader.skip(length)
            let bits: UInt8
            switch family {
            case 1: bits = 32
            case 2: bits = 128
            default: throw .badPrefix
            }
            guard prefix <= bits, length <= Int(bits / 8) else { throw .badPrefix }
            guard length == 0 || reader.octet(at: reader.position - 1) != 0 else { throw .badPrefix }
        }
    }
}
