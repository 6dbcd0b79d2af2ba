// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A set of record types as NSEC, NSEC3 and CSYNC carry it (RFC 4034 4.1.2).
///
///      +--------+--------+---------------- - -
///      | window | length | bits, 1 to 32 octets      one such block a window, windows ascending
///      +--------+--------+---------------- - -
package enum TypeBitmap {
    /// Passes over a bitmap up to the reader's end; throws unless windows ascend and end in an octet that is not zero.
    package static func check(_ reader: inout WireReader) throws(WireError) {
        var former = -1
        while !reader.isAtEnd {
            let window = Int(try reader.readUInt8())
            let length = Int(try reader.readUInt8())
            guard window > former, 1...32 ~= length else { throw .badTypeBitmap }
            try reader.skip(length)
            guard reader.octet(at: reader.position - 1) != 0 else { throw .badTypeBitmap }
            former = window
        }
    }

    /// The wire form of a set of types, in any order and with any repeats.
    package static func encode(_ types: some Sequence<RRType>) -> [UInt8] {
        var octets: [UInt8] = []
        var window = -1
        var start = 0
        for type in types.sorted() {
            if Int(type.rawValue >> 8) != window {
                window = Int(type.rawValue >> 8)
                octets.append(UInt8(window))
                octets.append(0)
                start = octets.count
            }
            let index = start + Int(type.rawValue & 0xFF) / 8
            while octets.count <= index {
                octets.append(0)
                octets[start - 1] += 1
            }
            octets[index] |= 0x80 >> UInt8(type.rawValue & 7)
        }
        return octets
    }

    /// The types of a wire form, ascending.
    package static func decode(_ octets: [UInt8]) throws(WireError) -> [RRType] {
        var reader = WireReader(octets.span)
        try check(&reader)
        var types: [RRType] = []
        var index = 0
        while index < octets.count {
            let window = UInt16(octets[index]) << 8
            let length = Int(octets[index + 1])
            for octet in 0..<length {
                for bit in 0..<8 where octets[index + 2 + octet] & (0x80 >> UInt8(bit)) != 0 {
                    types.append(RRType(rawValue: window | UInt16(octet * 8 + bit)))
                }
            }
            index += 2 + length
        }
        return types
    }
}
