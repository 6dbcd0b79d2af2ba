// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The canonical form of RDATA, by which records are compared and signed.
package enum RDataCanonical {
    /// RDATA with the names in lower case that RFC 4034 6.2 and RFC 6840 5.1 list; all other octets unchanged.
    ///
    /// `rdata` must have passed `RDataValidator`; octets that do not fit the layout are given back as they are.
    package static func canonical(_ type: RRType, _ rdata: [UInt8]) -> [UInt8] {
        guard let layout = RDataLayout.of(type), layout.hasNames else { return rdata }
        var canonical = rdata
        var reader = WireReader(rdata.span)
        do throws(WireError) {
            for field in layout.fields[..<layout.nameEnd] {
                let start = reader.position
                try RDataValidator.skip(field, in: &reader, pointers: .forbidden)
                guard case .name(_, canonicalLowercase: true) = field else { continue }
                for index in start..<reader.position {
                    canonical[index] = CaseFolding.lower(canonical[index])
                }
            }
        } catch {
            return rdata
        }
        return canonical
    }

    /// Calls `body` with each name in the RDATA, in wire order.
    ///
    /// Throws when `rdata` does not fit the layout of `type`; an opaque type has no names.
    package static func forEachName(
        in rdata: [UInt8],
        of type: RRType,
        _ body: (Name) -> Void
    ) throws(WireError) {
        guard let layout = RDataLayout.of(type), layout.hasNames else { return }
        var reader = WireReader(rdata.span)
        for field in layout.fields[..<layout.nameEnd] {
            if case .name = field {
                body(try reader.readName(pointers: .forbidden))
            } else {
                try RDataValidator.skip(field, in: &reader, pointers: .forbidden)
            }
        }
    }

    /// The names in the RDATA, in wire order.
    package static func names(in rdata: [UInt8], of type: RRType) throws(WireError) -> [Name] {
        var names: [Name] = []
        try forEachName(in: rdata, of: type) { names.append($0) }
        return names
    }
}
