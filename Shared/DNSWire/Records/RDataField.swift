// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One field of a type's RDATA: what reading, writing, checking and printing it have in common.
package enum RDataField: Sendable, Hashable {
    /// A number of one octet.
    case uint8
    /// A number of two octets.
    case uint16
    /// A number of four octets.
    case uint32
    /// A time of four octets in seconds; text may use units.
    case ttl
    /// A record type of two octets, a mnemonic in text.
    case rrType
    /// A DNSSEC algorithm of one octet, a mnemonic or number in text.
    case algorithm
    /// A certificate type of two octets, a mnemonic or number in text (RFC 4398 2.1).
    case certType
    /// A time of four octets, `YYYYMMDDHHmmSS` in text (RFC 4034 3.2).
    case timestamp
    /// A domain name: whether a message may compress it (RFC 3597 4), and whether the canonical form has it in lower
    /// case (RFC 4034 6.2 as RFC 6840 5.1 amends it).
    case name(compressible: Bool, canonicalLowercase: Bool)
    /// An IPv4 address of four octets.
    case ipv4
    /// An IPv6 address of sixteen octets.
    case ipv6
    /// One character-string (RFC 1035 3.3).
    case string
    /// One or more character-strings, up to the end.
    case strings
    /// All octets up to the end, quoted in text (RFC 8659 4.1, RFC 7553 4.4).
    case longString
    /// A property tag: a length octet and letters or digits, not quoted in text (RFC 8659 4.1).
    case tag
    /// All octets up to the end, hexadecimal in text.
    case hex
    /// A length octet and that many octets, hexadecimal in text and `-` when empty (RFC 5155 3.3).
    case hexLength8
    /// A length octet and that many octets, at least one, base32hex without padding in text (RFC 5155 3.3).
    case base32Length8
    /// All octets up to the end, base64 in text.
    case base64
    /// A type bitmap, up to the end (RFC 4034 4.1.2).
    case typeBitmap
    /// Service parameters, up to the end (RFC 9460 2.2).
    case svcParams
    /// Address prefixes, up to the end (RFC 3123 4).
    case apl
    /// A location of sixteen octets (RFC 1876 2).
    case loc
    /// An address of six octets (RFC 7043 3).
    case eui48
    /// An address of eight octets (RFC 7043 4).
    case eui64
}
