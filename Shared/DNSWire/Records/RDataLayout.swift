// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The fields of a type's RDATA in their order.
///
/// Everything that need not know what a field means goes by the layout: presentation, checks, canonical form,
/// compression. A type without a layout is opaque (RFC 3597).
package struct RDataLayout: Sendable, Hashable {
    /// The fields in wire order.
    package let fields: [RDataField]
    /// Whether a field is a name: only then can RDATA change when it is compressed or made canonical.
    package let hasNames: Bool

    /// A layout of fields.
    package init(_ fields: RDataField...) {
        self.fields = fields
        self.hasNames = fields.contains { if case .name = $0 { true } else { false } }
    }
}

extension RDataLayout {
    /// The layout of a type; nil for one whose RDATA is opaque.
    ///
    /// The obsolete types MD, MF, MB, MG, MR, MINFO, RT and PX have no struct of their own but a layout, since RFC 3597
    /// 4 has receivers expand the names in them.
    package static func of(_ type: RRType) -> RDataLayout? {
        switch type {
        case .a: address4
        case .aaaa: address6
        case .ns, .cname, .ptr, .md, .mf, .mb, .mg, .mr: compressibleName
        case .soa: soa
        case .minfo: twoCompressibleNames
        case .mx: mx
        case .dname: singleName
        case .txt, .spf: texts
        case .hinfo: twoStrings
        case .rp: twoNames
        case .afsdb, .kx, .rt: preferenceAndName
        case .px: px
        case .srv: srv
        case .naptr: naptr
        case .loc: location
        case .apl: prefixes
        case .cert: certificate
        case .sshfp: fingerprint
        case .tlsa, .smimea: association
        case .openpgpkey: base64
        case .ds, .cds: digest
        case .dnskey, .cdnskey: key
        case .rrsig: signature
        case .nsec: nsec
        case .nsec3: nsec3
        case .nsec3param: nsec3param
        case .csync: csync
        case .zonemd: zonemd
        case .svcb, .https: service
        case .eui48: eui48
        case .eui64: eui64
        case .uri: uri
        case .caa: caa
        default: nil
        }
    }

    private static let wellKnownName = RDataField.name(compressible: true, canonicalLowercase: true)
    private static let foldedName = RDataField.name(compressible: false, canonicalLowercase: true)
    private static let exactName = RDataField.name(compressible: false, canonicalLowercase: false)

    private static let address4 = RDataLayout(.ipv4)
    private static let address6 = RDataLayout(.ipv6)
    private static let compressibleName = RDataLayout(wellKnownName)
    private static let twoCompressibleNames = RDataLayout(wellKnownName, wellKnownName)
    private static let soa = RDataLayout(wellKnownName, wellKnownName, .uint32, .ttl, .ttl, .ttl, .ttl)
    private static let mx = RDataLayout(.uint16, wellKnownName)
    private static let singleName = RDataLayout(foldedName)
    private static let texts = RDataLayout(.strings)
    private static let twoStrings = RDataLayout(.string, .string)
    private static let twoNames = RDataLayout(foldedName, foldedName)
    private static let preferenceAndName = RDataLayout(.uint16, foldedName)
    private static let px = RDataLayout(.uint16, foldedName, foldedName)
    private static let srv = RDataLayout(.uint16, .uint16, .uint16, foldedName)
    private static let naptr = RDataLayout(.uint16, .uint16, .string, .string, .string, foldedName)
    private static let location = RDataLayout(.loc)
    private static let prefixes = RDataLayout(.apl)
    private static let certificate = RDataLayout(.certType, .uint16, .algorithm, .base64)
    private static let fingerprint = RDataLayout(.uint8, .uint8, .hex)
    private static let association = RDataLayout(.uint8, .uint8, .uint8, .hex)
    private static let base64 = RDataLayout(.base64)
    private static let digest = RDataLayout(.uint16, .algorithm, .uint8, .hex)
    private static let key = RDataLayout(.uint16, .uint8, .algorithm, .base64)
    private static let signature = RDataLayout(
        .rrType,
        .algorithm,
        .uint8,
        .ttl,
        .timestamp,
        .timestamp,
        .uint16,
        foldedName,
        .base64
    )
    private static let nsec = RDataLayout(exactName, .typeBitmap)
    private static let nsec3 = RDataLayout(.uint8, .uint8, .uint16, .hexLength8, .base32Length8, .typeBitmap)
    private static let nsec3param = RDataLayout(.uint8, .uint8, .uint16, .hexLength8)
    private static let csync = RDataLayout(.uint32, .uint16, .typeBitmap)
    private static let zonemd = RDataLayout(.uint32, .uint8, .uint8, .hex)
    private static let service = RDataLayout(.uint16, exactName, .svcParams)
    private static let eui48 = RDataLayout(.eui48)
    private static let eui64 = RDataLayout(.eui64)
    private static let uri = RDataLayout(.uint16, .uint16, .longString)
    private static let caa = RDataLayout(.uint8, .tag, .longString)
}
