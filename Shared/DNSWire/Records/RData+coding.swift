// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// RDATA of a type from its uncompressed octets, valid by `RDataValidator`.
    package init(type: RRType, rdata: [UInt8]) throws(WireError) {
        switch type {
        case .a: self = .a(try A(rdata: rdata))
        case .aaaa: self = .aaaa(try AAAA(rdata: rdata))
        case .ns: self = .ns(try NS(rdata: rdata))
        case .soa: self = .soa(try SOA(rdata: rdata))
        case .cname: self = .cname(try CNAME(rdata: rdata))
        case .dname: self = .dname(try DNAME(rdata: rdata))
        case .ptr: self = .ptr(try PTR(rdata: rdata))
        case .mx: self = .mx(try MX(rdata: rdata))
        case .txt: self = .txt(try TXT(rdata: rdata))
        case .spf: self = .spf(try SPF(rdata: rdata))
        case .srv: self = .srv(try SRV(rdata: rdata))
        case .caa: self = .caa(try CAA(rdata: rdata))
        case .hinfo: self = .hinfo(try HINFO(rdata: rdata))
        case .rp: self = .rp(try RP(rdata: rdata))
        case .afsdb: self = .afsdb(try AFSDB(rdata: rdata))
        case .naptr: self = .naptr(try NAPTR(rdata: rdata))
        case .kx: self = .kx(try KX(rdata: rdata))
        case .cert: self = .cert(try CERT(rdata: rdata))
        case .sshfp: self = .sshfp(try SSHFP(rdata: rdata))
        case .tlsa: self = .tlsa(try TLSA(rdata: rdata))
        case .smimea: self = .smimea(try SMIMEA(rdata: rdata))
        case .openpgpkey: self = .openpgpkey(try OPENPGPKEY(rdata: rdata))
        case .loc: self = .loc(try LOC(rdata: rdata))
        case .uri: self = .uri(try URI(rdata: rdata))
        case .apl: self = .apl(try APL(rdata: rdata))
        case .svcb: self = .svcb(try SVCB(rdata: rdata))
        case .https: self = .https(try HTTPS(rdata: rdata))
        case .eui48: self = .eui48(try EUI48(rdata: rdata))
        case .eui64: self = .eui64(try EUI64(rdata: rdata))
        case .ds: self = .ds(try DS(rdata: rdata))
        case .cds: self = .cds(try CDS(rdata: rdata))
        case .dnskey: self = .dnskey(try DNSKEY(rdata: rdata))
        case .cdnskey: self = .cdnskey(try CDNSKEY(rdata: rdata))
        case .rrsig: self = .rrsig(try RRSIG(rdata: rdata))
        case .nsec: self = .nsec(try NSEC(rdata: rdata))
        case .nsec3: self = .nsec3(try NSEC3(rdata: rdata))
        case .nsec3param: self = .nsec3param(try NSEC3PARAM(rdata: rdata))
        case .csync: self = .csync(try CSYNC(rdata: rdata))
        case .zonemd: self = .zonemd(try ZONEMD(rdata: rdata))
        default:
            try RDataValidator.validate(type, rdata)
            self = .unknown(UnknownRData(type: type, octets: rdata))
        }
    }

    /// The record type.
    package var type: RRType {
        switch self {
        case .a: .a
        case .aaaa: .aaaa
        case .ns: .ns
        case .soa: .soa
        case .cname: .cname
        case .dname: .dname
        case .ptr: .ptr
        case .mx: .mx
        case .txt: .txt
        case .spf: .spf
        case .srv: .srv
        case .caa: .caa
        case .hinfo: .hinfo
        case .rp: .rp
        case .afsdb: .afsdb
        case .naptr: .naptr
        case .kx: .kx
        case .cert: .cert
        case .sshfp: .sshfp
        case .tlsa: .tlsa
        case .smimea: .smimea
        case .openpgpkey: .openpgpkey
        case .loc: .loc
        case .uri: .uri
        case .apl: .apl
        case .svcb: .svcb
        case .https: .https
        case .eui48: .eui48
        case .eui64: .eui64
        case .ds: .ds
        case .cds: .cds
        case .dnskey: .dnskey
        case .cdnskey: .cdnskey
        case .rrsig: .rrsig
        case .nsec: .nsec
        case .nsec3: .nsec3
        case .nsec3param: .nsec3param
        case .csync: .csync
        case .zonemd: .zonemd
        case .unknown(let rdata): rdata.type
        }
    }

    /// The uncompressed octets, valid by `RDataValidator`.
    package func encoded() throws(WireError) -> [UInt8] {
        switch self {
        case .a(let rdata): return try rdata.encoded()
        case .aaaa(let rdata): return try rdata.encoded()
        case .ns(let rdata): return try rdata.encoded()
        case .soa(let rdata): return try rdata.encoded()
        case .cname(let rdata): return try rdata.encoded()
        case .dname(let rdata): return try rdata.encoded()
        case .ptr(let rdata): return try rdata.encoded()
        case .mx(let rdata): return try rdata.encoded()
        case .txt(let rdata): return try rdata.encoded()
        case .spf(let rdata): return try rdata.encoded()
        case .srv(let rdata): return try rdata.encoded()
        case .caa(let rdata): return try rdata.encoded()
        case .hinfo(let rdata): return try rdata.encoded()
        case .rp(let rdata): return try rdata.encoded()
        case .afsdb(let rdata): return try rdata.encoded()
        case .naptr(let rdata): return try rdata.encoded()
        case .kx(let rdata): return try rdata.encoded()
        case .cert(let rdata): return try rdata.encoded()
        case .sshfp(let rdata): return try rdata.encoded()
        case .tlsa(let rdata): return try rdata.encoded()
        case .smimea(let rdata): return try rdata.encoded()
        case .openpgpkey(let rdata): return try rdata.encoded()
        case .loc(let rdata): return try rdata.encoded()
        case .uri(let rdata): return try rdata.encoded()
        case .apl(let rdata): return try rdata.encoded()
        case .svcb(let rdata): return try rdata.encoded()
        case .https(let rdata): return try rdata.encoded()
        case .eui48(let rdata): return try rdata.encoded()
        case .eui64(let rdata): return try rdata.encoded()
        case .ds(let rdata): return try rdata.encoded()
        case .cds(let rdata): return try rdata.encoded()
        case .dnskey(let rdata): return try rdata.encoded()
        case .cdnskey(let rdata): return try rdata.encoded()
        case .rrsig(let rdata): return try rdata.encoded()
        case .nsec(let rdata): return try rdata.encoded()
        case .nsec3(let rdata): return try rdata.encoded()
        case .nsec3param(let rdata): return try rdata.encoded()
        case .csync(let rdata): return try rdata.encoded()
        case .zonemd(let rdata): return try rdata.encoded()
        case .unknown(let rdata):
            try RDataValidator.validate(rdata.type, rdata.octets)
            return rdata.octets
        }
    }
}
