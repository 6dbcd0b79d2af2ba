// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// The keys of a zone, by what a signature names them with.
struct ZoneKeys {
    private struct Identity: Hashable {
        var tag: UInt16
        var algorithm: UInt8
    }

    private var identities: Set<Identity> = []

    /// Takes a DNSKEY up, unless it is none that may sign a zone (RFC 4034 2.1.1 and 2.1.2).
    mutating func insert(rdata: [UInt8]) {
        guard let key = try? RData.DNSKEY(rdata: rdata), key.flags & 0x0100 != 0, key.keyProtocol == 3 else {
            return
        }
        identities.insert(Identity(tag: Self.tag(of: rdata), algorithm: key.algorithm))
    }

    /// Whether a key of the zone can have made the signature.
    func mayHaveMade(_ signature: SignatureFields) -> Bool {
        identities.contains(Identity(tag: signature.keyTag, algorithm: signature.algorithm))
    }

    var isEmpty: Bool {
        identities.isEmpty
    }

    /// The tag of a key (RFC 4034 Appendix B).
    static func tag(of rdata: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for (index, octet) in rdata.enumerated() {
            sum &+= index & 1 == 0 ? UInt32(octet) << 8 : UInt32(octet)
        }
        return UInt16(truncatingIfNeeded: sum &+ sum >> 16)
    }
}
