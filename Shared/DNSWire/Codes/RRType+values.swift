// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The types by name.
extension RRType {
    /// A, 1.
    @inlinable package static var a: RRType { RRType(rawValue: 1) }
    /// NS, 2.
    @inlinable package static var ns: RRType { RRType(rawValue: 2) }
    /// MD, 3.
    @inlinable package static var md: RRType { RRType(rawValue: 3) }
    /// MF, 4.
    @inlinable package static var mf: RRType { RRType(rawValue: 4) }
    /// CNAME, 5.
    @inlinable package static var cname: RRType { RRType(rawValue: 5) }
    /// SOA, 6.
    @inlinable package static var soa: RRType { RRType(rawValue: 6) }
    /// MB, 7.
    @inlinable package static var mb: RRType { RRType(rawValue: 7) }
    /// MG, 8.
    @inlinable package static var mg: RRType { RRType(rawValue: 8) }
    /// MR, 9.
    @inlinable package static var mr: RRType { RRType(rawValue: 9) }
    /// NULL, 10.
    @inlinable package static var null: RRType { RRType(rawValue: 10) }
    /// WKS, 11.
    @inlinable package static var wks: RRType { RRType(rawValue: 11) }
    /// PTR, 12.
    @inlinable package static var ptr: RRType { RRType(rawValue: 12) }
    /// HINFO, 13.
    @inlinable package static var hinfo: RRType { RRType(rawValue: 13) }
    /// MINFO, 14.
    @inlinable package static var minfo: RRType { RRType(rawValue: 14) }
    /// MX, 15.
    @inlinable package static var mx: RRType { RRType(rawValue: 15) }
    /// TXT, 16.
    @inlinable package static var txt: RRType { RRType(rawValue: 16) }
    /// RP, 17.
    @inlinable package static var rp: RRType { RRType(rawValue: 17) }
    /// AFSDB, 18.
    @inlinable package static var afsdb: RRType { RRType(rawValue: 18) }
    /// X25, 19.
    @inlinable package static var x25: RRType { RRType(rawValue: 19) }
    /// ISDN, 20.
    @inlinable package static var isdn: RRType { RRType(rawValue: 20) }
    /// RT, 21.
    @inlinable package static var rt: RRType { RRType(rawValue: 21) }
    /// NSAP, 22.
    @inlinable package static var nsap: RRType { RRType(rawValue: 22) }
    /// NSAP-PTR, 23.
    @inlinable package static var nsapPtr: RRType { RRType(rawValue: 23) }
    /// SIG, 24.
    @inlinable package static var sig: RRType { RRType(rawValue: 24) }
    /// KEY, 25.
    @inlinable package static var key: RRType { RRType(rawValue: 25) }
    /// PX, 26.
    @inlinable package static var px: RRType { RRType(rawValue: 26) }
    /// GPOS, 27.
    @inlinable package static var gpos: RRType { RRType(rawValue: 27) }
    /// AAAA, 28.
    @inlinable package static var aaaa: RRType { RRType(rawValue: 28) }
    /// LOC, 29.
    @inlinable package static var loc: RRType { RRType(rawValue: 29) }
    /// NXT, 30.
    @inlinable package static var nxt: RRType { RRType(rawValue: 30) }
    /// EID, 31.
    @inlinable package static var eid: RRType { RRType(rawValue: 31) }
    /// NIMLOC, 32.
    @inlinable package static var nimloc: RRType { RRType(rawValue: 32) }
    /// SRV, 33.
    @inlinable package static var srv: RRType { RRType(rawValue: 33) }
    /// ATMA, 34.
    @inlinable package static var atma: RRType { RRType(rawValue: 34) }
    /// NAPTR, 35.
    @inlinable package static var naptr: RRType { RRType(rawValue: 35) }
    /// KX, 36.
    @inlinable package static var kx: RRType { RRType(rawValue: 36) }
    /// CERT, 37.
    @inlinable package static var cert: RRType { RRType(rawValue: 37) }
    /// A6, 38.
    @inlinable package static var a6: RRType { RRType(rawValue: 38) }
    /// DNAME, 39.
    @inlinable package static var dname: RRType { RRType(rawValue: 39) }
    /// SINK, 40.
    @inlinable package static var sink: RRType { RRType(rawValue: 40) }
    /// OPT, 41.
    @inlinable package static var opt: RRType { RRType(rawValue: 41) }
    /// APL, 42.
    @inlinable package static var apl: RRType { RRType(rawValue: 42) }
    /// DS, 43.
    @inlinable package static var ds: RRType { RRType(rawValue: 43) }
    /// SSHFP, 44.
    @inlinable package static var sshfp: RRType { RRType(rawValue: 44) }
    /// IPSECKEY, 45.
    @inlinable package static var ipseckey: RRType { RRType(rawValue: 45) }
    /// RRSIG, 46.
    @inlinable package static var rrsig: RRType { RRType(rawValue: 46) }
    /// NSEC, 47.
    @inlinable package static var nsec: RRType { RRType(rawValue: 47) }
    /// DNSKEY, 48.
    @inlinable package static var dnskey: RRType { RRType(rawValue: 48) }
    /// DHCID, 49.
    @inlinable package static var dhcid: RRType { RRType(rawValue: 49) }
    /// NSEC3, 50.
    @inlinable package static var nsec3: RRType { RRType(rawValue: 50) }
    /// NSEC3PARAM, 51.
    @inlinable package static var nsec3param: RRType { RRType(rawValue: 51) }
    /// TLSA, 52.
    @inlinable package static var tlsa: RRType { RRType(rawValue: 52) }
    /// SMIMEA, 53.
    @inlinable package static var smimea: RRType { RRType(rawValue: 53) }
    /// HIP, 55.
    @inlinable package static var hip: RRType { RRType(rawValue: 55) }
    /// NINFO, 56.
    @inlinable package static var ninfo: RRType { RRType(rawValue: 56) }
    /// RKEY, 57.
    @inlinable package static var rkey: RRType { RRType(rawValue: 57) }
    /// TALINK, 58.
    @inlinable package static var talink: RRType { RRType(rawValue: 58) }
    /// CDS, 59.
    @inlinable package static var cds: RRType { RRType(rawValue: 59) }
    /// CDNSKEY, 60.
    @inlinable package static var cdnskey: RRType { RRType(rawValue: 60) }
    /// OPENPGPKEY, 61.
    @inlinable package static var openpgpkey: RRType { RRType(rawValue: 61) }
    /// CSYNC, 62.
    @inlinable package static var csync: RRType { RRType(rawValue: 62) }
    /// ZONEMD, 63.
    @inlinable package static var zonemd: RRType { RRType(rawValue: 63) }
    /// SVCB, 64.
    @inlinable package static var svcb: RRType { RRType(rawValue: 64) }
    /// HTTPS, 65.
    @inlinable package static var https: RRType { RRType(rawValue: 65) }
    /// DSYNC, 66.
    @inlinable package static var dsync: RRType { RRType(rawValue: 66) }
    /// SPF, 99.
    @inlinable package static var spf: RRType { RRType(rawValue: 99) }
    /// NID, 104.
    @inlinable package static var nid: RRType { RRType(rawValue: 104) }
    /// L32, 105.
    @inlinable package static var l32: RRType { RRType(rawValue: 105) }
    /// L64, 106.
    @inlinable package static var l64: RRType { RRType(rawValue: 106) }
    /// LP, 107.
    @inlinable package static var lp: RRType { RRType(rawValue: 107) }
    /// EUI48, 108.
    @inlinable package static var eui48: RRType { RRType(rawValue: 108) }
    /// EUI64, 109.
    @inlinable package static var eui64: RRType { RRType(rawValue: 109) }
    /// NXNAME, 128.
    @inlinable package static var nxname: RRType { RRType(rawValue: 128) }
    /// TKEY, 249.
    @inlinable package static var tkey: RRType { RRType(rawValue: 249) }
    /// TSIG, 250.
    @inlinable package static var tsig: RRType { RRType(rawValue: 250) }
    /// IXFR, 251.
    @inlinable package static var ixfr: RRType { RRType(rawValue: 251) }
    /// AXFR, 252.
    @inlinable package static var axfr: RRType { RRType(rawValue: 252) }
    /// MAILB, 253.
    @inlinable package static var mailb: RRType { RRType(rawValue: 253) }
    /// MAILA, 254.
    @inlinable package static var maila: RRType { RRType(rawValue: 254) }
    /// ANY, 255.
    @inlinable package static var any: RRType { RRType(rawValue: 255) }
    /// URI, 256.
    @inlinable package static var uri: RRType { RRType(rawValue: 256) }
    /// CAA, 257.
    @inlinable package static var caa: RRType { RRType(rawValue: 257) }
    /// AVC, 258.
    @inlinable package static var avc: RRType { RRType(rawValue: 258) }
    /// DOA, 259.
    @inlinable package static var doa: RRType { RRType(rawValue: 259) }
    /// AMTRELAY, 260.
    @inlinable package static var amtrelay: RRType { RRType(rawValue: 260) }
    /// RESINFO, 261.
    @inlinable package static var resinfo: RRType { RRType(rawValue: 261) }
    /// WALLET, 262.
    @inlinable package static var wallet: RRType { RRType(rawValue: 262) }
    /// TA, 32768.
    @inlinable package static var ta: RRType { RRType(rawValue: 32768) }
    /// DLV, 32769.
    @inlinable package static var dlv: RRType { RRType(rawValue: 32769) }
}
