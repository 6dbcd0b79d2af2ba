// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a type's RFC asks for beyond the form of single fields.
enum RDataRules {
    /// Throws when RDATA that fits its layout breaks a rule of its type.
    static func check(_ type: RRType, _ rdata: [UInt8]) throws(WireError) {
        switch type {
        case .ds, .cds: try checkLength(of: rdata.count - 4, algorithm: rdata[3], [1: 20, 2: 32, 4: 48])
        case .zonemd:
            guard rdata.count - 6 >= 12 else { throw .badDigestLength }
            try checkLength(of: rdata.count - 6, algorithm: rdata[5], [1: 48, 2: 64])
        case .sshfp: try checkLength(of: rdata.count - 2, algorithm: rdata[1], [1: 20, 2: 32])
        case .tlsa, .smimea: try checkLength(of: rdata.count - 3, algorithm: rdata[2], [1: 32, 2: 64])
        case .dnskey, .cdnskey:
            guard rdata[2] == 3 else { throw .badValue }
        case .uri:
            guard rdata.count > 4 else { throw .emptyField }
        default: break
        }
    }

    /// Throws when a digest of a known algorithm has another length than that algorithm's.
    private static func checkLength(
        of length: Int,
        algorithm: UInt8,
        _ lengths: KeyValuePairs<UInt8, Int>
    ) throws(WireError) {
        for (known, expected) in lengths where known == algorithm && expected != length { throw .badDigestLength }
    }
}
