// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Tells whether uncompressed RDATA is what its type asks for.
///
/// Everything that enters a zone passes here once; what reads it later can rely on it.
package enum RDataValidator {
    /// Throws unless `rdata` fits the layout of `type` exactly and keeps the rules of the type's RFC.
    ///
    /// Opaque types take any octets (RFC 3597). Meta-types are not refused here; see `RRType.isMeta`.
    package static func validate(_ type: RRType, _ rdata: [UInt8]) throws(WireError) {
        guard rdata.count <= 0xFFFF else { throw .lengthOverflow }
        guard let layout = RDataLayout.of(type) else { return }
        var reader = WireReader(rdata.span)
        for field in layout.fields {
            try skip(field, in: &reader, pointers: .forbidden)
        }
        guard reader.isAtEnd else { throw .trailingOctets }
        try RDataRules.check(type, rdata)
    }

    /// Passes over one field and checks all that can be told without the others.
    package static func skip(
        _ field: RDataField,
        in reader: inout WireReader,
        pointers: WireReader.Pointers
    ) throws(WireError) {
        switch field {
        case .uint8, .algorithm: try reader.skip(1)
        case .uint16, .rrType, .certType: try reader.skip(2)
        case .uint32, .ttl, .timestamp, .ipv4: try reader.skip(4)
        case .ipv6: try reader.skip(16)
        case .eui48: try reader.skip(6)
        case .eui64: try reader.skip(8)
        case .name: try reader.skipName(pointers: pointers)
        case .string: try skipString(&reader)
        case .strings:
            repeat { try skipString(&reader) } while !reader.isAtEnd
        case .longString: try reader.skip(max(0, reader.remaining))
        case .hex, .base64:
            guard reader.remaining > 0 else { throw .emptyField }
            try reader.skip(reader.remaining)
        case .hexLength8: try skipString(&reader)
        case .base32Length8:
            let length = try reader.readUInt8()
            guard length > 0 else { throw .emptyField }
            try reader.skip(Int(length))
        case .tag: try skipTag(&reader)
        case .typeBitmap: try TypeBitmap.check(&reader)
        case .svcParams: try ServiceParameters.check(&reader)
        case .apl: try AddressPrefixes.check(&reader)
        case .loc: try LocationRules.check(&reader)
        }
    }

    private static func skipString(_ reader: inout WireReader) throws(WireError) {
        let length = try reader.readUInt8()
        try reader.skip(Int(length))
    }

    private static func skipTag(_ reader: inout WireReader) throws(WireError) {
        let length = try reader.readUInt8()
        guard length > 0 else { throw .badTag }
        for _ in 0..<length {
            switch try reader.readUInt8() {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: continue
            default: throw .badTag
            }
        }
    }
}
