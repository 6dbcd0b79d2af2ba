// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One parameter of SVCB or HTTPS: a key and a value in the key's own wire form (RFC 9460 2.2).
package struct ServiceParameter: Sendable, Hashable {
    /// The key (RFC 9460 14.3.2).
    package var key: UInt16
    /// The value on the wire, without its length.
    package var value: [UInt8]

    /// A parameter of its parts.
    package init(key: UInt16, value: [UInt8]) {
        self.key = key
        self.value = value
    }

    /// All parameters up to the reader's end.
    static func readAll(_ reader: inout WireReader) throws(WireError) -> [ServiceParameter] {
        var parameters: [ServiceParameter] = []
        while !reader.isAtEnd {
            let key = try reader.readUInt16()
            parameters.append(ServiceParameter(key: key, value: try reader.readOctets(Int(reader.readUInt16()))))
        }
        return parameters
    }

    /// Writes parameters in their order.
    static func write(_ parameters: [ServiceParameter], to writer: inout WireWriter) throws(WireError) {
        for parameter in parameters {
            guard let length = UInt16(exactly: parameter.value.count) else { throw .lengthOverflow }
            try writer.writeUInt16(parameter.key)
            try writer.writeUInt16(length)
            try writer.writeOctets(parameter.value)
        }
    }
}
