// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
package import DNSWire

/// A zone of a catalog: which name, in which of its lives.
package struct CatalogMember: Sendable, Hashable {
    /// The apex, in lower case.
    package let zone: Name
    /// A zone that is made again under an old name has another one.
    package let generation: UInt64

    /// The zone `zone`, in its life `generation`.
    package init(zone: Name, generation: UInt64) {
        self.zone = zone.lowercased()
        self.generation = generation
    }

    /// What the catalog calls the member (RFC 9432 4.1): 32 hexadecimal digits of a hash of name and generation.
    ///
    /// The same at every responder, and another one for a zone that was made again, so that its followers drop what they
    /// have of the old one (RFC 9432 5.4).
    package var label: [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    /// The 16 octets that the label writes.
    package var digest: [UInt8] {
        var hash = SHA256()
        hash.update(data: zone.wire)
        hash.update(data: (0..<8).map { UInt8(truncatingIfNeeded: generation >> (56 - 8 * $0)) })
        return Array(hash.finalize().prefix(16))
    }
}
