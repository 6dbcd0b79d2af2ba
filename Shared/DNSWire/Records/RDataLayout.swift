// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The fields of a type's RDATA in their order.
///
/// Everything that need not know what a field means goes by the layout: presentation, checks, canonical form,
/// compression. A type without a layout is opaque (RFC 3597).
package struct RDataLayout: Sendable, Hashable {
    /// The fields in wire order.
    package let fields: [RDataField]
    /// The number of fields up to the last one that is a name; 0 when none is.
    package let nameEnd: Int
    /// Whether a message may compress a name in it (RFC 3597 4).
    package let hasCompressibleNames: Bool

    /// A layout of fields.
    package init(_ fields: RDataField...) {
        self.fields = fields
        self.nameEnd = fields.lastIndex { if case .name = $0 { true } else { false } }.map { $0 + 1 } ?? 0
        self.hasCompressibleNames = fields.contains { if case .name(true, _) = $0 { true } else { false } }
    }

    /// Whether a field is a name: only then can RDATA change when it is compressed or made canonical.
    package var hasNames: Bool { nameEnd > 0 }
}

extension RDataLayout {
    /// The layout of a type; nil for one whose RDATA is opaque.
    ///
    /// The obsolete types MD, MF, MB, MG, MR, MINFO, RT and PX have no struct of their own but a layout, since RFC 3597
    /// 4 has receivers expand the names in them.
    package static func of(_ type: RRType) -> RDataLayout? {
        switch type {
        case .a: RData.A.layout
        case .aaaa: RData.AAAA.layout
        case .ns: RData.NS.layout
        case .soa: RData.SOA.layout
        case .cname: RData.CNAME.layout
        case .dname: RData.DNAME.layout
        case .ptr: RData.PTR.layout
        case .mx: RData.MX.layout
        case .txt: RData.TXT.layout
        case .spf: RData.SPF.layout
        case .srv: RData.SRV.layout
        case .caa: RData.CAA.layout
        case .hinfo: RData.HINFO.layout
        case .rp: RData.RP.layout
        case .afsdb: RData.AFSDB.layout
        case .naptr: RData.NAPTR.layout
        case .kx: RData.KX.layout
        case .cert: RData.CERT.layout
        case .sshfp: RData.SSHFP.layout
        case .tlsa: RData.TLSA.layout
        case .smimea: RData.SMIMEA.layout
        case .openpgpkey: RData.OPENPGPKEY.layout
        case .loc: RData.LOC.layout
        case .uri: RData.URI.layout
        case .apl: RData.APL.layout
        case .svcb: RData.SVCB.layout
        case .https: RData.HTTPS.layout
        case .eui48: RData.EUI48.layout
        case .eui64: RData.EUI64.layout
        case .ds: RData.DS.layout
        case .cds: RData.CDS.layout
        case .dnskey: RData.DNSKEY.layout
        case .cdnskey: RData.CDNSKEY.layout
        case .rrsig: RData.RRSIG.layout
        case .nsec: RData.NSEC.layout
        case .nsec3: RData.NSEC3.layout
        case .nsec3param: RData.NSEC3PARAM.layout
        case .csync: RData.CSYNC.layout
        case .zonemd: RData.ZONEMD.layout
        case .md, .mf, .mb, .mg, .mr: RData.NS.layout
        case .minfo: mailGroup
        case .rt: RData.AFSDB.layout
        case .px: mailMapping
        default: nil
        }
    }

    private static let mailGroup = RDataLayout(.wellKnownName, .wellKnownName)
    private static let mailMapping = RDataLayout(.uint16, .foldedName, .foldedName)
}

extension RDataField {
    /// A name of the types of RFC 1035: compressed in messages, lower-case in canonical form.
    static let wellKnownName = RDataField.name(compressible: true, canonicalLowercase: true)
    /// A name of later types that RFC 4034 6.2 lists: never compressed, lower-case in canonical form.
    static let foldedName = RDataField.name(compressible: false, canonicalLowercase: true)
    /// A name of all other types: never compressed and always as it was given.
    static let exactName = RDataField.name(compressible: false, canonicalLowercase: false)
}
