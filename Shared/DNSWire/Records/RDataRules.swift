// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a type's RFC asks for beyond the form of single fields.
enum RDataRules {
    /// Throws when RDATA that fits its layout breaks a rule of its type.
    static func check(_ type: RRType, _ rdata: [UInt8]) throws(WireError) {
        switch type {
        case .ds, .cds: try require(rdata.count - 4, dsDigestLength(rdata[3]))
        case .sshfp: try require(rdata.count - 2, fingerprintLength(rdata[1]))
        case .zonemd:
            guard rdata.count - 6 >= 12 else { throw .badDigestLength }
            try require(rdata.count - 6, zoneDigestLength(rdata[5]))
        case .dnskey, .cdnskey:
            guard rdata[2] == 3 else { throw .badValue }
        case .uri:
            guard rdata.count > 4 else { throw .emptyField }
        default: break
        }
    }

    private static func require(_ length: Int, _ expected: Int?) throws(WireError) {
        guard expected == nil || expected == length else { throw .badDigestLength }
    }

    /// SHA-1, SHA-256 and SHA-384 (RFC 4034, 4509, 6605), and three more of 32 octets (RFC 5933, 9558, 9563).
    private static func dsDigestLength(_ digestType: UInt8) -> Int? {
        switch digestType {
        case 1: 20
        case 2, 3, 5, 6: 32
        case 4: 48
        default: nil
        }
    }

    /// SHA-1 and SHA-256 (RFC 4255, 6594).
    private static func fingerprintLength(_ fingerprintType: UInt8) -> Int? {
        switch fingerprintType {
        case 1: 20
        case 2: 32
        default: nil
        }
    }

    /// SHA-384 and SHA-512 (RFC 8976 5.3).
    private static func zoneDigestLength(_ hashAlgorithm: UInt8) -> Int? {
        switch hashAlgorithm {
        case 1: 48
        case 2: 64
        default: nil
        }
    }
}
