// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// Where and how to reach a service: the body of SVCB and HTTPS.
    ///
    /// RFC 9460 2.2; the target is never compressed.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    PRIORITY                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                     TARGET                    /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                   PARAMETERS                  /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct ServiceBinding<Kind: RDataKind>: RDataType {
        /// The type that the kind stands for.
        package static var type: RRType { Kind.type }
        /// The fields in wire order.
        package static var layout: RDataLayout { .serviceBinding }

        /// 0 makes the target an alias; otherwise which one to try first: the lowest.
        package var priority: UInt16
        /// The name of the endpoint; the root stands for the owner, or in alias mode for none.
        package var target: Name
        /// How to connect, ascending by key.
        package var parameters: [ServiceParameter]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(priority: UInt16, target: Name, parameters: [ServiceParameter]) {
            self.priority = priority
            self.target = target
            self.parameters = parameters
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            priority = try reader.readUInt16()
            target = try reader.readName(pointers: .forbidden)
            parameters = try ServiceParameter.readAll(&reader)
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(priority)
            try writer.writeName(target, compress: false)
            try ServiceParameter.write(parameters, to: &writer)
        }
    }
}

extension RDataLayout {
    /// The fields of `RData.ServiceBinding`, kept apart since a generic type cannot store them.
    static let serviceBinding = RDataLayout(.uint16, .exactName, .svcParams)
}
