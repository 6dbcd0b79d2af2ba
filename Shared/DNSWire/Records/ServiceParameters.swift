// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The service parameters of SVCB and HTTPS (RFC 9460 2.2).
///
///      +--------+--------+--------+--------+------------- - -
///      |       key       |      length     | value               keys strictly ascending
///      +--------+--------+--------+--------+------------- - -
package enum ServiceParameters {
    /// Passes over parameters up to the reader's end; throws unless keys ascend, the mandatory ones are there (8) and
    /// the well-known values are sound.
    package static func check(_ reader: inout WireReader) throws(WireError) {
        var former = -1
        // Both the keys and the mandatory ones ascend, so the next mandatory key is all that needs to be known.
        var mandatory = 0..<0
        while !reader.isAtEnd {
            let key = Int(try reader.readUInt16())
            guard key > former, key != 0xFFFF else { throw .badServiceParameter }
            // no-default-alpn says something about alpn, which comes right before it (7.1.1).
            guard key != 2 || former == 1 else { throw .badServiceParameter }
            let end = try reader.narrow(to: Int(reader.readUInt16()))
            let start = reader.position
            try checkValue(key, &reader)
            if key == 0 {
                mandatory = start..<reader.position
            } else if !mandatory.isEmpty, key == Self.key(at: mandatory.lowerBound, reader) {
                mandatory = (mandatory.lowerBound + 2)..<mandatory.upperBound
            }
            try reader.widen(to: end)
            former = key
        }
        guard mandatory.isEmpty else { throw .badServiceParameter }
    }

    private static func key(at offset: Int, _ reader: borrowing WireReader) -> Int {
        Int(reader.octet(at: offset)) << 8 | Int(reader.octet(at: offset + 1))
    }

    private static func checkValue(_ key: Int, _ reader: inout WireReader) throws(WireError) {
        let length = reader.remaining
        switch key {
        case 0:
            // mandatory: other keys, ascending
            guard length > 0, length % 2 == 0 else { throw .badServiceParameter }
            var former = 0
            while !reader.isAtEnd {
                let other = Int(try reader.readUInt16())
                guard other > former else { throw .badServiceParameter }
                former = other
            }
        case 1:
            // alpn: one or more identifiers, none empty
            guard length > 0 else { throw .badServiceParameter }
            while !reader.isAtEnd {
                let size = try reader.readUInt8()
                guard size > 0 else { throw .badServiceParameter }
                try reader.skip(Int(size))
            }
        case 2, 8:
            // no-default-alpn, ohttp (RFC 9540 4): nothing
            guard length == 0 else { throw .badServiceParameter }
        case 3:
            // port: one number
            guard length == 2 else { throw .badServiceParameter }
            try reader.skip(length)
        case 4, 6:
            // ipv4hint, ipv6hint: one or more addresses
            guard length > 0, length % (key == 4 ? 4 : 16) == 0 else { throw .badServiceParameter }
            try reader.skip(length)
        default:
            try reader.skip(length)
        }
    }
}
