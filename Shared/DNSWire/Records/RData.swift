// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// RDATA of any type with its fields.
///
/// Zones and messages carry RDATA as octets; this is for those who need to look inside of one record or make one.
package enum RData: Sendable, Hashable {
    /// A.
    case a(A)
    /// AAAA.
    case aaaa(AAAA)
    /// NS.
    case ns(NS)
    /// SOA.
    case soa(SOA)
    /// CNAME.
    case cname(CNAME)
    /// DNAME.
    case dname(DNAME)
    /// PTR.
    case ptr(PTR)
    /// MX.
    case mx(MX)
    /// TXT.
    case txt(TXT)
    /// SPF.
    case spf(SPF)
    /// SRV.
    case srv(SRV)
    /// CAA.
    case caa(CAA)
    /// HINFO.
    case hinfo(HINFO)
    /// RP.
    case rp(RP)
    /// AFSDB.
    case afsdb(AFSDB)
    /// NAPTR.
    case naptr(NAPTR)
    /// KX.
    case kx(KX)
    /// CERT.
    case cert(CERT)
    /// SSHFP.
    case sshfp(SSHFP)
    /// TLSA.
    case tlsa(TLSA)
    /// SMIMEA.
    case smimea(SMIMEA)
    /// OPENPGPKEY.
    case openpgpkey(OPENPGPKEY)
    /// LOC.
    case loc(LOC)
    /// URI.
    case uri(URI)
    /// APL.
    case apl(APL)
    /// SVCB.
    case svcb(SVCB)
    /// HTTPS.
    case https(HTTPS)
    /// EUI48.
    case eui48(EUI48)
    /// EUI64.
    case eui64(EUI64)
    /// DS.
    case ds(DS)
    /// CDS.
    case cds(CDS)
    /// DNSKEY.
    case dnskey(DNSKEY)
    /// CDNSKEY.
    case cdnskey(CDNSKEY)
    /// RRSIG.
    case rrsig(RRSIG)
    /// NSEC.
    case nsec(NSEC)
    /// NSEC3.
    case nsec3(NSEC3)
    /// NSEC3PARAM.
    case nsec3param(NSEC3PARAM)
    /// CSYNC.
    case csync(CSYNC)
    /// ZONEMD.
    case zonemd(ZONEMD)
    /// A type without a struct of its own (RFC 3597).
    case unknown(UnknownRData)
}
