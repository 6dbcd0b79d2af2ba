// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// Which record types customers may write.
package enum RecordTypePolicy {
    /// The type of a mnemonic (or `TYPEnn`, RFC 3597) that customers may write, or nil.
    ///
    /// The platform makes the SOA and all that DNSSEC signing makes, but for DNSKEY: keys of another signer of the same
    /// zone are its owner's business (RFC 8901 section 2.1.2).
    package static func customerType(_ mnemonic: some StringProtocol) -> RRType? {
        guard let type = RRType(apiName: mnemonic), !isPlatformType(type) else {
            return nil
        }
        return type.isPlatformMade || !type.isMeta ? type : nil
    }

    /// Types that only the platform or the operator's import writes.
    package static func isPlatformType(_ type: RRType) -> Bool {
        switch type {
        case .soa, .rrsig, .nsec, .nsec3, .nsec3param, .zonemd, .sig, .key, .nxt: true
        default: false
        }
    }

    /// Types that signing a zone puts into it, and that mean nothing in a zone that is not signed.
    ///
    /// DS is none of them: it comes from the child zone.
    static func isMadeBySigning(_ type: RRType) -> Bool {
        switch type {
        case .rrsig, .nsec, .nsec3, .nsec3param, .dnskey, .cds, .cdnskey, .zonemd: true
        default: false
        }
    }

    /// Types of which a name has at most one record (RFC 1034 3.6.2, RFC 6672 2.4): of ALIAS and URL because a second
    /// one would have no meaning.
    static func isSingleton(_ type: RRType) -> Bool {
        type == .cname || type == .dname || type == .soa || type == .alias || type == .url
    }

    /// Types that may stand beside a CNAME (RFC 4034 3 and 4).
    static func mayStandBesideCNAME(_ type: RRType) -> Bool {
        type == .rrsig || type == .nsec || type == .sig || type == .nxt || type == .key
    }

    /// Types whose content ends in a host name; the API shows that name without its final dot (see `RecordContent`).
    static func showsTargetWithoutDot(_ type: RRType) -> Bool {
        type == .cname || type == .ns || type == .mx || type == .dname || type == .alias || type == .pool
    }

    /// Types whose last field of content must be a host name.
    static func hasHostTarget(_ type: RRType) -> Bool {
        showsTargetWithoutDot(type) || type == .srv || type == .ptr
    }

    /// Types whose first RDATA field the API has as `priority`.
    package static func hasPriority(_ type: RRType) -> Bool {
        type == .mx || type == .srv
    }

    /// Types whose content is text that the API echoes as the client wrote it.
    static func isText(_ type: RRType) -> Bool {
        type == .txt || type == .spf
    }
}
