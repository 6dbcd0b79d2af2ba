// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What an OPT record says; the upper bits of the response code are in `Message.rcode`.
///
/// RFC 6891 6.1.2 and 6.1.3: the fields of the record stand for other things than in any other type.
///
///      NAME      the root
///      TYPE      OPT (41)
///      CLASS     the UDP payload size
///      TTL       EXTENDED-RCODE (8) | VERSION (8) | DO (1) | Z (15)
///      RDATA     options
package struct EDNS: Sendable, Hashable {
    /// The largest datagram that the sender takes, in octets; less than 512 means 512 (6.2.5).
    package var payloadSize: UInt16
    /// The version, 0.
    package var version: UInt8
    /// DO and the reserved flags.
    package var flags: UInt16
    /// The options in their order.
    package var options: [EDNSOption]

    /// An OPT record of its parts.
    package init(
        payloadSize: UInt16 = 1232,
        version: UInt8 = 0,
        dnssecOK: Bool = false,
        options: [EDNSOption] = []
    ) {
        self.payloadSize = payloadSize
        self.version = version
        self.flags = dnssecOK ? 0x8000 : 0
        self.options = options
    }

    /// DO: whether the client wants DNSSEC records (RFC 3225).
    package var dnssecOK: Bool {
        get { flags & 0x8000 != 0 }
        set { flags = newValue ? flags | 0x8000 : flags & 0x7FFF }
    }

    /// The data of the first option of a code.
    package func option(_ code: EDNSOption.Code) -> [UInt8]? {
        options.first { $0.code == code }?.data
    }
}

extension EDNS {
    /// What the OPT record at the reader's position says, from its class on, and its part of the response code.
    static func decode(from reader: inout WireReader) throws(WireError) -> (edns: EDNS, extendedBits: UInt8) {
        var edns = EDNS(payloadSize: try reader.readUInt16())
        let extendedBits = try reader.readUInt8()
        edns.version = try reader.readUInt8()
        edns.flags = try reader.readUInt16()
        let end = try reader.narrow(to: Int(reader.readUInt16()))
        while !reader.isAtEnd {
            let code = EDNSOption.Code(rawValue: try reader.readUInt16())
            edns.options.append(EDNSOption(code: code, data: try reader.readOctets(Int(reader.readUInt16()))))
        }
        try reader.widen(to: end)
        return (edns, extendedBits)
    }

    /// Writes the OPT record with the upper bits of `rcode`.
    func encode(to writer: inout WireWriter, rcode: RCode) throws(WireError) {
        try writer.writeName(.root)
        try writer.writeUInt16(RRType.opt.rawValue)
        try writer.writeUInt16(payloadSize)
        try writer.writeUInt8(rcode.extendedBits)
        try writer.writeUInt8(version)
        try writer.writeUInt16(flags)
        try writer.writeLengthPrefixed16 { (writer) throws(WireError) in
            for option in options {
                guard let length = UInt16(exactly: option.data.count) else { throw .lengthOverflow }
                try writer.writeUInt16(option.code.rawValue)
                try writer.writeUInt16(length)
                try writer.writeOctets(option.data)
            }
        }
    }
}
